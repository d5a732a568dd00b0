# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Test cases of the scripts in this folder that are named *-tests.sh: each prints `ok: …` or `not ok: …`. Sourced after
# common.sh; needs $scratch.

failures=0

# One test case: a name and a command that has to succeed.
check() {
    local name=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        printf 'ok: %s\n' "$name"
    else
        printf 'not ok: %s\n' "$name"
        cat "$scratch/output"
        failures=$((failures + 1))
    fi
}

# Succeeds when a command ends with a status. Arguments: status, command.
fails_with() {
    local status=$1 actual=0
    shift
    "$@" || actual=$?
    [ "$actual" = "$status" ]
}

# True when a file holds just this text.
has_text() { [ "$(cat "$1")" = "$2" ]; }

# True when a command says nothing and succeeds.
says_nothing() {
    local status=0
    "$@" >"$scratch/said" 2>&1 || status=$?
    cat "$scratch/said"
    [ "$status" = 0 ] && [ ! -s "$scratch/said" ]
}

# Ends a script of test cases.
end_tests() { [ "$failures" = 0 ]; }
