# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What has to be on the machine, and how to tell whether it is. Sourced after common.sh.

# Oldest Swift toolchain that builds this package.
readonly swift_required=6.2

# group, Debian package, how to see that it is there: a command, a file, or a pkg-config module.
readonly package_table='
build  g++                        command:g++
build  binutils                   command:readelf
build  pkg-config                 command:pkg-config
build  git                        command:git
build  ca-certificates            file:/etc/ssl/certs/ca-certificates.crt
build  libmnl-dev                 module:libmnl
build  libnftnl-dev               module:libnftnl
build  jq                         command:jq
lint   jq                         command:jq
test   iproute2                   command:ip
test   iputils-ping               command:ping
test   nftables                   command:nft
test   iptables                   command:iptables
test   conntrack                  command:conntrack
test   procps                     command:sysctl
test   busybox-static             command:busybox
test   jq                         command:jq
test   ufw                        command:ufw
test   firewalld                  command:firewalld
test   dbus                       command:dbus-daemon
test   strace                     command:strace
test   containernetworking-plugins file:/usr/lib/cni/bridge
test   runc                       command:runc
test   podman                     command:podman
test   bind9-dnsutils             command:dig
test   dnsmasq-base               command:dnsmasq
test   containerd                 command:ctr
test   dpkg-dev                   command:dpkg-shlibdeps
test   man-db                     command:man
test   groff-base                 command:groff
test   systemd                    command:systemd-analyze
test   zsh                        command:zsh
test   fish                       command:fish
package dpkg-dev                  command:dpkg-shlibdeps
package jq                        command:jq
demo   busybox-static             command:busybox
demo   iproute2                   command:ip
demo   nftables                   command:nft
demo   jq                         command:jq
bench  netavark                   file:/usr/lib/podman/netavark
bench  hyperfine                  command:hyperfine
bench  aardvark-dns               file:/usr/lib/podman/aardvark-dns
bench  dnsmasq-base               command:dnsmasq
bench  dnsperf                    command:dnsperf
'

# True when the thing that a row of the table probes for is present.
is_present() {
    local kind=${1%%:*} what=${1#*:}
    case $kind in
    command) command -v "$what" >/dev/null ;;
    file) [ -e "$what" ] ;;
    module) pkg-config --exists "$what" 2>/dev/null ;;
    esac
}

# Packages of the named groups that are missing, one per line.
missing_packages() {
    local group package probe
    while read -r group package probe; do
        [[ " $* " == *" $group "* ]] || continue
        is_present "$probe" || printf '%s\n' "$package"
    done <<<"$package_table" | sort -u
}

# Installs what the named groups lack, or says what a person has to do.
install_packages() {
    local -a packages
    mapfile -t packages < <(missing_packages "$@")
    [ "${#packages[@]}" -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "this needs what Debian calls ${packages[*]}: install these with this system's package manager"
    is_root || die "this needs more packages: run 'sudo apt-get install --no-install-recommends ${packages[*]}'"
    step "installing ${packages[*]}"
    local -a install=(apt-get install --yes --quiet=2 --no-install-recommends "${packages[@]}")
    export DEBIAN_FRONTEND=noninteractive
    # Package lists may be missing or old: then the first attempt fails.
    "${install[@]}" >/dev/null 2>&1 || {
        apt-get update --quiet=2 >/dev/null
        "${install[@]}" >/dev/null
    }
}

# Ends with advice unless a recent enough Swift toolchain is in the PATH.
check_swift() {
    command -v swift >/dev/null ||
        die "no Swift toolchain in the PATH: get $swift_required or newer at https://www.swift.org/install/linux"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ "$(printf '%s\n' "$swift_required" "$version" | sort -V | head -n 1)" = "$swift_required" ] ||
        die "Swift ${version:-of unknown version} is too old: get $swift_required or newer at" \
            "https://www.swift.org/install/linux"
}
