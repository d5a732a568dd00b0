# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The systemd units of scripts/packaging. Sourced after common.sh.

# Their names, `swnet-dns.service` and so on.
mapfile -t units < <(cd "$root/scripts/packaging" && find . \( -name '*.service' -o -name '*.socket' \) -printf '%P\n' | sort)
# Those that systemd starts by itself; they bring in the others.
enabled_units=(swnet-boot.service swnet-repair.service swnet-repair-reload.service swnet-dns.socket)

# A unit with its paths filled in, on standard output. Arguments: unit, directory of swnet, directory of the others.
make_unit() {
    sed -e "s|@bindir@|$2|g" -e "s|@libexecdir@|$3|g" "$root/scripts/packaging/$1"
}
