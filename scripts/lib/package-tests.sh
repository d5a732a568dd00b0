#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# package-tests.sh [inside] - tests scripts/package; prints `ok: …` and `not ok: …`
#
# The packages are installed on a copy of this machine: a root directory whose changes go to memory, in a mount
# namespace that ends with the tests. Takes root.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$root/scripts/lib/units.sh"
. "$root/scripts/lib/script-tests.sh"

if [ "${1:-}" != inside ]; then
    is_root || die "this makes a mount namespace, which takes root: run it with sudo"
    exec unshare --mount --net --propagation private "${BASH_SOURCE[0]}" inside
fi

make_scratch
mount -t tmpfs tmpfs "$scratch"
trap 'umount --lazy "$scratch" && rmdir "$scratch"' EXIT
packages="$scratch/packages"
host="$scratch/host"

make_host() {
    mkdir "$host" "$scratch/changes" "$scratch/work" "$packages"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/changes,workdir=$scratch/work" "$host"
    mount -t proc proc "$host/proc"
    mount --bind /dev "$host/dev"
    mount -t tmpfs tmpfs "$host/run"
    # Left by tests that were interrupted, or by the person whose machine this is.
    on_host dpkg --purge swnet-drop-in swnet >/dev/null 2>&1 || true
}
on_host() { chroot "$host" env PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
# What differs from this machine where packages may put something, but for what dpkg and man keep for themselves. What
# was moved away and back counts as the same.
differences() {
    local path
    while read -r path; do
        if [ -d "/$path" ]; then
            [ -d "$host/$path" ]
        elif [ -L "/$path" ]; then
            [ "$(readlink "/$path")" = "$(readlink "$host/$path")" ]
        else
            cmp "/$path" "$host/$path" >/dev/null 2>&1
        fi || printf '%s\n' "$path"
    done < <(cd "$scratch/changes" && find . \( -path ./var/lib/dpkg -o -path ./var/cache -o -path ./var/log -o -path ./tmp \
        -o -path ./packages \) -prune -o -printf '%P\n')
}
finds_difference() {
    differences >"$scratch/differences"
    grep -x "$1" "$scratch/differences"
}
install_packages() {
    local package
    for package in "$@"; do
        on_host dpkg --install "/packages/$(basename "$(echo "$packages/$package"_*.deb)")" || return 1
    done
}
# What a CNI type of the host says of itself.
type_says() { on_host env CNI_COMMAND= "/usr/lib/cni/$1" 2>&1 </dev/null | tee /dev/stderr | grep -q "$2"; }
answers_version() {
    echo '{"cniVersion":"1.0.0"}' | on_host env CNI_COMMAND=VERSION "/usr/lib/cni/$1" | jq -e '.supportedVersions'
}
every_type_answers() {
    local type
    for type in $(cni_types); do answers_version "$type" || return 1; done
}
says_version() { on_host swnet version | grep -q "^swnet $(dpkg-deb -f "$packages"/swnet_*.deb Version),"; }
has_page() { on_host man --path "$1" | grep -q '^/usr/share/man/'; }
are_enabled() {
    local unit
    for unit in "${enabled_units[@]}"; do [ "$(on_host systemctl is-enabled "$unit")" = enabled ] || return 1; done
}
# Also that the manual pages they name are there.
units_are_valid() { says_nothing on_host systemd-analyze verify "${units[@]}"; }
depends_on_libraries() {
    dpkg-deb -f "$packages"/swnet_*.deb Depends | tee /dev/stderr | grep -q '^libc6 .*libmnl0 .*libnftnl'
}

make_host
mkdir "$host/packages"
check 'packages are built' "$root/scripts/package" "$packages"
mount --bind "$packages" "$host/packages"
cp "$host/usr/lib/cni/bridge" "$scratch/bridge"

check 'the package names the libraries it needs' depends_on_libraries
check 'swnet installs' install_packages swnet
check 'swnet runs' says_version
check 'its type answers where runtimes look' answers_version swnet
check 'plugins of others are what they were' cmp "$host/usr/lib/cni/bridge" "$scratch/bridge"
check 'its man pages are found' has_page swnet-create
check 'what installing changed is found' finds_difference usr/bin/swnet
check 'its units are enabled' are_enabled
check 'its units are valid' units_are_valid
check 'swnet-drop-in installs' install_packages swnet-drop-in
check 'every type answers' every_type_answers
check 'bridge is ours' type_says bridge 'CNI bridge plugin v2'
check 'the other one is kept' cmp "$host/usr/lib/cni/bridge.distrib" "$scratch/bridge"
check 'both install over themselves' install_packages swnet swnet-drop-in
check 'installed files are those of the packages' says_nothing on_host dpkg --verify swnet swnet-drop-in
check 'swnet cannot go before swnet-drop-in' fails_with 1 on_host dpkg --remove swnet
check 'swnet-drop-in is purged' on_host dpkg --purge swnet-drop-in
check 'the other bridge is back' cmp "$host/usr/lib/cni/bridge" "$scratch/bridge"
check 'swnet is removed' on_host dpkg --remove swnet
check 'swnet is purged' on_host dpkg --purge swnet
check 'nothing is left' says_nothing differences
end_tests
