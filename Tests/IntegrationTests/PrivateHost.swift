// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A host with nothing in it yet, for whole programs: namespaces of its own, empty state directories, and the built
/// programs in the PATH. It lasts for one script; processes that the script leaves running end with it.
enum PrivateHost {
    static let requirement: Comment = "needs root, and SWNET_DIST to name what scripts/build made"

    static var canRun: Bool { Privileges.canUnshareNetwork && programs != nil }

    /// Where `scripts/build release` put the programs.
    private static var programs: FilePath? {
        let variable = ProcessContext.environment.first { $0.hasPrefix("SWNET_DIST=") }
        let path = variable.map { FilePath(String($0.dropFirst("SWNET_DIST=".count))) }
        return path.flatMap { File.exists($0.appending("bin/swnet")) ? $0 : nil }
    }

    /// Shell functions that scripts may use.
    private static let prelude = """
        for directory in /run /var/lib/cni /etc/cni; do mount -t tmpfs -o mode=755 tmpfs $directory; done
        mkdir /run/netns /run/www; echo hello > /run/www/index.html
        ip link set lo up
        # As on a host whose bridges leave frames to themselves; tests of the other setting make it.
        bridge_firewall=/proc/sys/net/bridge/bridge-nf-call-ip6tables
        [ ! -e $bridge_firewall ] || echo 0 > $bridge_firewall
        # Tries a command until it succeeds, for ten seconds at most.
        eventually() { for try in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "never: $*"; }
        # Runs a command and prints its exit status under a title.
        status() { title=$1; shift; "$@" >/dev/null 2>&1; echo "$title $?"; }
        # What the host has; equal before and after when nothing is left behind. Locks and cursors may stay, and a bridge
        # takes its time to notice that its last port went.
        snapshot() {
            ip -br link | cut -d ' ' -f 1; ip -o address | grep -v fe80 | cut -d ' ' -f 2-8
            ip route | sed 's/ linkdown//; s/ *$//'; nft list ruleset
            find /run/swnet /var/lib/cni /etc/cni -type f | grep -v -e /locks/ -e /lock$ -e last_reserved_ip | sort
        }

        """

    /// Runs a shell script as root of such a host; returns what it printed, line by line.
    static func lines(_ script: String) throws -> [String] {
        let path = "PATH=\(try #require(programs))/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let outcome = try Command.outcome(
            [
                "env", "-i", path, "unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child",
                "--mount-proc", "--propagation", "private", "sh", "-c", prelude + script,
            ])
        return outcome.output.split(separator: "\n").map(String.init)
    }
}
