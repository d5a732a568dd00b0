#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install-tests.sh - tests scripts/install in a scratch directory; prints `ok: …` and `not ok: …`
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

. "$root/scripts/lib/units.sh"
. "$root/scripts/lib/script-tests.sh"

make_scratch
export DESTDIR="$scratch/root"
run_install() { "$root/scripts/install" --prefix /opt/swnet --cni-dir /opt/cni/bin "$@"; }
# What is below a directory, with link targets.
tree() { (cd "$1" && find . \( -type l -printf '%p -> %l\n' \) -o -printf '%p %m\n' | sort); }
is_unchanged() {
    tree "$DESTDIR" >"$scratch/now"
    diff "$1" "$scratch/now"
}
every_type_is_linked() {
    local type
    for type in $(cni_types); do
        [ "$(readlink "$DESTDIR/opt/cni/bin/$type")" = /opt/swnet/libexec/swnet/swnet-cni ] || return 1
        [ -x "$DESTDIR/opt/swnet/libexec/swnet/$type" ] || return 1
    done
}
every_built_file_is_installed() {
    local file
    while read -r file; do cmp "$dist/$file" "$DESTDIR/opt/swnet/$file" || return 1; done \
        < <(cd "$dist" && find bin libexec share -type f)
}
# True when systemd starts the units at boot, or does not, according to what lies below DESTDIR.
are_enabled() {
    local unit
    for unit in "${enabled_units[@]}"; do
        [ "$(systemctl --root="$DESTDIR" is-enabled "$unit")" = "$1" ] || return 1
    done
}
units_name_programs() {
    local program
    sed -n 's/^Exec[A-Za-z]*=\(\/opt\/swnet\/[^ ]*\).*/\1/p' "$DESTDIR"/etc/systemd/system/*.service >"$scratch/programs"
    [ "$(wc -l <"$scratch/programs")" -ge 4 ] || return 1
    while read -r program; do [ -x "$DESTDIR$program" ] || return 1; done <"$scratch/programs"
}

mkdir "$DESTDIR"
tree "$DESTDIR" >"$scratch/before"
plugins="$DESTDIR/opt/cni/bin"
check 'install' run_install
check 'every CNI type is a link to the program' every_type_is_linked
check 'the resolver is beside it' test -x "$DESTDIR/opt/swnet/libexec/swnet/swnet-dns"
check 'the admin program is in bin' test -x "$DESTDIR/opt/swnet/bin/swnet"
check 'programs, man pages and completions are those of the build' every_built_file_is_installed
check 'no unit is put where systemd is not' test ! -e "$DESTDIR/etc"
tree "$DESTDIR" >"$scratch/first"
check 'installing again succeeds' run_install
check 'installing again changes nothing' is_unchanged "$scratch/first"
check 'uninstall' run_install --uninstall
check 'uninstall leaves nothing' is_unchanged "$scratch/before"
check 'uninstalling what is not there is refused' fails_with 1 run_install --uninstall

mkdir -p "$DESTDIR/etc/systemd/system" "$DESTDIR/opt/swnet/share/man/man1"
echo theirs >"$DESTDIR/opt/swnet/share/man/man1/swnet.1"
tree "$DESTDIR" >"$scratch/before"
check 'install with systemd' run_install
check 'it does not enable units by itself' are_enabled disabled
check 'units name programs that are there' units_name_programs
check 'install --enable' run_install --enable
check 'it enables the units' are_enabled enabled
check 'a file of somebody else is kept' has_text "$DESTDIR/opt/swnet/share/man/man1/swnet.1.orig" theirs
check 'uninstall with units' run_install --uninstall
check 'uninstall leaves what was there' is_unchanged "$scratch/before"
check 'the kept file is back' has_text "$DESTDIR/opt/swnet/share/man/man1/swnet.1" theirs
rm -r "${DESTDIR:?}"/*

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
end_tests
