# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Rules that one look at a line, or at a file's length, can decide. Sourced after common.sh; runs in the root directory.

readonly file_limit=500 file_warning=350 function_limit=60

# Source files of every language, tracked or about to be.
source_files() {
    git ls-files --cached --others --exclude-standard -- '*.swift' '*.c' '*.h' 'scripts/*' '.ci/*' |
        grep -vE '\.(txt|md|json|conflist)$' | while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

# Lines of Swift that match a pattern outside comments, as `file:line`. Arguments: pattern, directories.
code_lines() {
    local pattern=$1
    shift
    find "$@" -name '*.swift' -print0 | xargs -0 awk -v pattern="$pattern" '
        { code = $0; sub(/(^|[^:"])\/\/.*/, "", code); if (code ~ pattern) print FILENAME ":" FNR }'
}

# Complains where a pattern occurs outside the places that may have it. Arguments: pattern, allowed places as an
# extended regular expression over paths, sentence.
allow_only_in() {
    local pattern=$1 allowed=$2 sentence=$3 place
    while read -r place; do
        [[ $place =~ ^($allowed) ]] || complain "$place: $sentence"
    done < <(code_lines "$pattern" Sources plugins)
}

check_license_lines() {
    local file
    while read -r file; do
        head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
            complain "$file:1: no line 'SPDX-License-Identifier: Apache-2.0'"
    done < <(source_files)
}

check_boundaries() {
    local place
    while read -r place; do
        [[ $place =~ ^(Sources/(Netlink|NFTables|LinuxSystem)|Tests/TestSupport)/ ]] ||
            complain "$place: 'unsafe' belongs into Netlink, NFTables or LinuxSystem"
    done < <(code_lines '(^|[^A-Za-z0-9_.])unsafe([^A-Za-z0-9_]|$)' Sources plugins Tests)
    allow_only_in 'ProcessContext' 'Sources/(LinuxSystem|swnet|swnet-dns)/|Sources/CNI/PluginMain|plugins/multicall/' \
        'only PluginMain and the main programs touch arguments and environment'
    allow_only_in '(STD(IN|OUT)_FILENO|readLine\(|(^|[^A-Za-z0-9_.])print\()' \
        'Sources/(LinuxSystem|swnet)/|Sources/CNI/PluginMain|plugins/multicall/' \
        'only PluginMain and swnet touch standard input and output'
    allow_only_in '"[^"]*/(run/swnet|etc/cni|var/lib/cni)' 'Sources/SwnetState/StateLayout' \
        'only StateLayout spells a path'
    allow_only_in '@unchecked|fatalError\(|try!|nonisolated\(unsafe\)' 'nowhere' \
        'no unchecked promises and no deliberate crashes'
}

check_lengths() {
    local file lines
    while read -r file; do
        lines=$(wc -l <"$file")
        [ "$lines" -le $file_limit ] || complain "$file: $lines lines; the limit is $file_limit"
        [ "$lines" -le $file_warning ] || [ "$lines" -gt $file_limit ] || warn "$file has $lines lines"
    done < <(source_files | grep -E '\.(swift|c|h)$')
    find Sources plugins Tests -name '*.swift' -print0 | xargs -0 awk -v limit=$function_limit '
        FNR == 1 { open = 0 }
        /^ *([a-z@()]+ )*(func |init[?(<]|deinit )/ && !open { match($0, /^ */); indent = RLENGTH; start = FNR; open = 1 }
        open && /^ *}/ { match($0, /^ */); if (RLENGTH == indent) {
            if (FNR - start + 1 > limit) print FILENAME ":" start ": function of " FNR - start + 1 " lines; the limit is " limit
            open = 0
        } }
        open && FNR == start && /}$/ { open = 0 }' >"$scratch/functions"
    while read -r file; do complain "$file"; done <"$scratch/functions"
}

# What only holds on the machine where it was written: paths of this checkout, of a home, of the toolchain, and the
# hosts this machine gets its packages from.
check_portability() {
    local toolchain pattern
    # Empty for one that the distribution installed in /usr, whose paths hold everywhere.
    toolchain=$(swift -print-target-info | jq -r '.paths.runtimeResourcePath | sub("/usr/lib/swift$"; "")')
    {
        printf '%s\n' "$root/" ${toolchain:+"$toolchain/"} '/root/' '/home/'
        find /etc/apt -name 'sources.list*' -type f -exec sed -nE 's|.*https?://([^/: ]+).*|\1|p' {} +
        find /etc/apt/sources.list.d -type f -exec sed -nE 's|.*https?://([^/: ]+).*|\1|p' {} +
    } | sort -u | grep -vx '/' >"$scratch/portability"
    # This file and the lookup above name such things to find them.
    while read -r pattern; do complain "$pattern: this holds on one machine only"; done < <(
        git ls-files --cached --others --exclude-standard -z |
            xargs -0 grep -nFIf "$scratch/portability" 2>/dev/null | grep -v '^scripts/lib/lint-rules.sh' | cut -c 1-120)
}

check_shell_scripts() {
    local file
    while read -r file; do
        bash -n "$file" 2>"$scratch/shell" || complain "$file: $(cat "$scratch/shell")"
        printf '%s\n' "$file" >>"$scratch/scripts"
    done < <(source_files | while read -r file; do
        head -n 1 "$file" | grep -qE '^#!.*bash' || [[ $file == scripts/lib/*.sh ]] || continue
        printf '%s\n' "$file"
    done)
    command -v shellcheck >/dev/null || return 0
    # Left out: what follows from sourcing common.sh (strict mode, variables), awk in single quotes, and `a && b || c`.
    xargs shellcheck --exclude=SC1091,SC2015,SC2016,SC2034,SC2154,SC2164 --format=gcc <"$scratch/scripts" >"$scratch/shellcheck" || true
    while read -r file; do complain "$file"; done <"$scratch/shellcheck"
}
