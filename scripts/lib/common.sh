# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every script starts with: strict mode, where the project is, and how to talk to the person who ran it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly root
# What was built, laid out as an installation prefix: bin/swnet, libexec/swnet/swnet-cni and a link per CNI type, share.
readonly dist="$root/.build/dist"

# A line that says what happens now.
step() { printf '==> %s\n' "$*"; }

# A line on standard error that says what a person should know.
warn() { printf 'warning: %s\n' "$*" >&2; }

# One sentence, then the end.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# A wrong command line.
usage_error() {
    printf 'error: %s; see %s --help\n' "$*" "$0" >&2
    exit 64
}

# Prints the comment block at the head of a script, which is its manual, and ends when --help was asked for.
help_if_asked() {
    local script=$1 argument
    shift
    for argument in "$@"; do
        case $argument in
        -h | --help)
            awk 'NR > 2 && !/^#/ { exit } NR > 2 { sub(/^# ?/, ""); print }' "$script"
            exit 0
            ;;
        --) return ;;
        esac
    done
}

is_root() { [ "$(id -u)" = 0 ]; }

# Directory for this run's temporary files, removed at exit.
make_scratch() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
}

# The CNI types of swnet-cni: a folder in plugins/<group>/ is named like the type it implements.
cni_types() {
    local readme
    for readme in "$root"/plugins/{main,ipam,meta}/*/README.md; do
        basename "$(dirname "$readme")"
    done
}
