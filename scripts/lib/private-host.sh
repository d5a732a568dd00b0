# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A host of its own to try things in: network, mount, UTS and IPC namespaces with empty state directories. Nothing done
# inside reaches this machine's network or its files in these directories, and everything ends with the command.
# Sourced after common.sh.

# Where networking state lives, each hidden behind an empty tmpfs.
readonly private_directories='/run /var/lib/cni /etc/cni /opt/cni'

# Runs a command as root of a private host. Arguments: command and its arguments.
in_private_host() {
    is_root || die "this makes network namespaces, which takes root: run it with sudo"
    local directory made=()
    for directory in $private_directories; do
        [ -d "$directory" ] || {
            mkdir -p "$directory"
            made=("$directory" "${made[@]}")
        }
    done
    local status=0
    unshare --net --mount --uts --ipc --propagation private bash -c '
        set -euo pipefail
        for directory in $1; do mount -t tmpfs -o mode=755 tmpfs "$directory"; done
        mkdir -p /run/netns /run/lock
        ip link set lo up
        shift
        exec "$@"' private-host "$private_directories" "$@" || status=$?
    # Mount points that this machine did not have before; one that got content meanwhile stays.
    for directory in "${made[@]}"; do rmdir --ignore-fail-on-non-empty "$directory"; done
    return "$status"
}
