#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install-tests.sh - tests scripts/install in a scratch directory; prints `ok: …` and `not ok: …`
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

make_scratch
export DESTDIR="$scratch/root"
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
fails_with() {
    local status=$1 actual=0
    shift
    "$@" || actual=$?
    [ "$actual" = "$status" ]
}
run_install() { "$root/scripts/install" --prefix /opt/swnet --cni-dir /opt/cni/bin "$@"; }
# What is below a directory, with link targets.
tree() { (cd "$1" && find . \( -type l -printf '%p -> %l\n' \) -o -type f -printf '%p\n' | sort); }
is_empty() { [ -z "$(tree "$DESTDIR")" ]; }
every_type_is_linked() {
    local type
    for type in $(cni_types); do
        [ "$(readlink "$DESTDIR/opt/cni/bin/$type")" = /opt/swnet/libexec/swnet/swnet-cni ] || return 1
        [ -x "$DESTDIR/opt/swnet/libexec/swnet/$type" ] || return 1
    done
}
has_text() { [ "$(cat "$1")" = "$2" ]; }

plugins="$DESTDIR/opt/cni/bin"
check 'install' run_install
check 'every CNI type is a link to the program' every_type_is_linked
check 'the admin program is in bin' test -x "$DESTDIR/opt/swnet/bin/swnet"
tree "$DESTDIR" >"$scratch/first"
check 'installing again succeeds' run_install
tree "$DESTDIR" >"$scratch/second"
check 'installing again changes nothing' cmp "$scratch/first" "$scratch/second"
check 'uninstall' run_install --uninstall
check 'uninstall leaves nothing' is_empty
check 'uninstalling what is not there is refused' fails_with 1 run_install --uninstall

mkdir -p "$plugins"
echo theirs >"$plugins/bridge"
echo other >"$plugins/flannel"
check 'a foreign plugin is not replaced' fails_with 1 run_install
check 'a refused install changes nothing' test ! -e "$DESTDIR/opt/swnet/bin/swnet"
check '--force replaces it' run_install --force
check 'and keeps it' has_text "$plugins/bridge.orig" theirs
check 'forcing again keeps the kept one' run_install --force
check 'unrelated plugins are left alone' has_text "$plugins/flannel" other
rm "$plugins/tuning"
echo later >"$plugins/tuning"
check 'uninstall after force' run_install --uninstall
check 'the kept plugin is back' has_text "$plugins/bridge" theirs
check 'no copy of it stays' test ! -e "$plugins/bridge.orig"
check 'a plugin that came later is left alone' has_text "$plugins/tuning" later
check 'a relative directory is a usage error' fails_with 64 "$root/scripts/install" --prefix here
check 'an unknown argument is a usage error' fails_with 64 "$root/scripts/install" --frobnicate
[ "$failures" = 0 ]
