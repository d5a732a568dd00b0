#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# quickstart-tour.sh private|here - the tour of scripts/quickstart, once everything is built
#
# In a private host it makes a LAN with a neighbour first; here it uses the machine's own address.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly place=$1 network=mynet port=8080 page='hello from web'
export PATH="$dist/bin:$PATH"
make_scratch
proofs=()

# Shows a command and runs it.
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# Fetches the page with a command, and ends the tour unless it came. Arguments: what that proves, command.
expect_page() {
    local proof=$1 answer
    shift
    printf '\n$ %s\n' "$*"
    answer=$(timeout 5 "$@" 2>&1) || true
    printf '%s\n' "$answer"
    [ "$answer" = "$page" ] || die "this did not work: $proof"
    proofs+=("$proof")
}

# Tries to fetch the page with a command, and ends the tour if it came. Arguments: what that proves, command.
expect_nothing() {
    local proof=$1
    shift
    printf '\n$ %s\n' "$*"
    ! timeout 2 "$@" 2>&1 || die "this should not work: $*"
    echo '(no answer, as it should be)'
    proofs+=("$proof")
}

# Tries a command until it succeeds, for five seconds at most.
wait_for() {
    local try
    for try in $(seq 50); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    die "gave up on '$*' after ${try} tries"
}

fetch=(busybox wget -q -O -)

# A network interface with an address, and a neighbour on the other side of it.
make_lan() {
    ip netns add neighbour
    ip link add lan0 type veth peer name eth0 netns neighbour
    ip address add 192.0.2.1/24 dev lan0
    ip link set lan0 up
    ip -n neighbour address add 192.0.2.2/24 dev eth0
    ip -n neighbour link set eth0 up
    # Ours to choose in a private host; `swnet create` tells when it matters.
    [ "$(bridge_firewall)" = 0 ] || echo 0 >/proc/sys/net/bridge/bridge-nf-call-ip6tables
}

# Whether bridges hand IPv6 frames to the firewall. Then answers from [::1] do not get through.
bridge_firewall() { cat /proc/sys/net/bridge/bridge-nf-call-ip6tables 2>/dev/null || echo 0; }

# The address that this machine has on its LAN; empty when it has none.
lan_address() {
    if [ "$place" = private ]; then echo 192.0.2.1; else
        ip -4 -oneline address show scope global | awk '{ sub(/\/.*/, "", $4); print $4; exit }'
    fi
}

clean_up() {
    local status=$?
    [ -z "${web:-}" ] || { kill "$web" && wait "$web"; } 2>/dev/null || true
    ! swnet ls 2>/dev/null | grep -q "^$network " || [ "${mine:-}" != yes ] || swnet rm --force "$network" >/dev/null
    rm -rf "$scratch"
    exit "$status"
}

start_web() {
    mkdir "$scratch/www"
    echo "$page" >"$scratch/www/index.html"
    printf '\n$ swnet run --network %s --name web --publish %s:80 -- busybox httpd -f -p 80 -h … &\n' "$network" "$port"
    swnet run --network "$network" --name web --publish "$port:80" -- busybox httpd -f -p 80 -h "$scratch/www" &
    web=$!
    wait_for swnet exec web -- busybox wget -q -O /dev/null http://127.0.0.1/
}

reach_web() {
    local address lan
    for address in $(swnet ps --network "$network" --format json | jq -r '.[0].addresses[]' | cut -d / -f 1); do
        [[ $address != *:* ]] || address="[$address]"
        expect_page "a sibling reaches the web server at $address" \
            swnet run --network "$network" -- "${fetch[@]}" "http://$address/"
    done
    expect_page "the host reaches it through the published port at 127.0.0.1" "${fetch[@]}" "http://127.0.0.1:$port/"
    if [ "$(bridge_firewall)" = 1 ]; then
        printf '\nLeft out: [::1], because net.bridge.bridge-nf-call-ip6tables is 1 on this machine.\n'
    else
        expect_page "the host reaches it through the published port at [::1]" "${fetch[@]}" "http://[::1]:$port/"
    fi
    lan=$(lan_address)
    [ -z "$lan" ] || expect_page "the host reaches it at its LAN address" "${fetch[@]}" "http://$lan:$port/"
    [ "$place" = here ] || reach_web_from_lan "$lan"
}

reach_web_from_lan() {
    local -a neighbour=(ip netns exec neighbour)
    expect_page "a neighbour on the LAN reaches it at the host's address" \
        "${neighbour[@]}" "${fetch[@]}" "http://$1:$port/"
    show "${neighbour[@]}" ip route add 10.89.0.0/24 via "$1"
    expect_nothing "a neighbour that routes around the published port reaches nothing" \
        "${neighbour[@]}" "${fetch[@]}" http://10.89.0.2/
}

# Ends the tour unless removing left nothing behind.
remove_all() {
    printf '\n$ kill %s\n' "$web"
    kill "$web"
    wait "$web" || true
    web=
    show swnet ps
    show swnet rm "$network"
    mine=
    show swnet ls
    ! ip link show "sw-$network" >/dev/null 2>&1 || die "the bridge was left behind"
    ! nft list table inet swnet 2>/dev/null | grep -q 10.89 || die "firewall elements were left behind"
    proofs+=("removing the network leaves no bridge, no lease and no firewall element behind")
}

trap clean_up EXIT
step "taking the tour $([ "$place" = here ] && echo 'on this machine' || echo 'in a private host')"
[ "$place" = here ] || make_lan
show swnet create "$network" --ipv6
mine=yes
start_web
reach_web
show swnet ls
show swnet ps
show swnet inspect "$network"
show nft list table inet swnet
remove_all

printf '\nWhat this proved:\n'
printf '  * %s\n' "${proofs[@]}"
