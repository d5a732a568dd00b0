# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Running tests and keeping the score. Sourced after common.sh; needs $scratch.

passed=0
failed=0

# Longest time one test target may take, in seconds.
readonly target_deadline=900

# Value of an attribute in the summary of a JUnit file.
summary_of() { sed -nE "s/.*<testsuite [^>]*$2=\"([0-9]+)\".*/\1/p" "$1" | head -n 1; }

# One failed step that is not a test case.
count_failure() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$*" >&2
}

# Runs the tests of one target in a process of its own, so that a crash costs only that target.
# Arguments: target, command to run the test binary with (none, or one that gives it a private host).
run_test_target() {
    local target=$1 status=0
    shift
    local log="$scratch/$target.log" report="$scratch/$target.xml"
    "$@" timeout "$target_deadline" "$root/.build/debug/swnetPackageTests.xctest" --testing-library swift-testing \
        --filter "^$target\\." --xunit-output "$report" >"$log" 2>&1 || status=$?
    # 69 is "no such tests": a target that is still empty.
    [ "$status" != 69 ] || return 0
    if [ ! -s "$report" ]; then
        tail -n 40 "$log" >&2
        count_failure "$target ended with status $status before it could report"
        return 0
    fi
    local ran failures skipped
    ran=$(summary_of "$report" tests) failures=$(summary_of "$report" failures) skipped=$(summary_of "$report" skipped)
    passed=$((passed + ran - failures))
    failed=$((failed + failures))
    # A suite can fail without a failing case, for example when its trait throws.
    [ "$status" = 0 ] || [ "$failures" -gt 0 ] || count_failure "$target ended with status $status"
    [ "$status" = 0 ] || grep -E '^(✘|.*Fatal error)|↳' "$log" | grep -v 'Testing Library\|Target Platform' >&2 || true
    printf '%s: %d passed, %d failed, %d skipped\n' "$target" $((ran - failures)) "$failures" "$skipped"
    count_skipped "$log" "$skipped"
}

# On a build server nobody reads what was skipped, so there it counts as failed.
count_skipped() {
    [ "$2" -gt 0 ] || return 0
    grep '^➜' "$1" >&2 || true
    [ "${CI:-}" != true ] || failed=$((failed + $2))
}

# Runs one program that counts as a single test. Arguments: name, command.
run_program_test() {
    local name=$1
    shift
    if "$@" >"$scratch/$name.log" 2>&1; then
        passed=$((passed + 1))
        printf '%s: 1 passed, 0 failed\n' "$name"
    else
        tail -n 40 "$scratch/$name.log" >&2
        count_failure "$name"
    fi
}

# Runs one script of scripts/lib that prints `ok: …` and `not ok: …` lines.
run_script_tests() {
    local name=$1 log="$scratch/$1.log" status=0
    shift
    "$@" >"$log" 2>&1 || status=$?
    local good bad
    good=$(grep -c '^ok: ' "$log" || true) bad=$(grep -c '^not ok: ' "$log" || true)
    passed=$((passed + good))
    failed=$((failed + bad))
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_failure "$name ended with status $status"
    [ "$status" = 0 ] && [ "$bad" = 0 ] || tail -n 40 "$log" >&2
    printf '%s: %d passed, %d failed\n' "$name" "$good" "$bad"
}
