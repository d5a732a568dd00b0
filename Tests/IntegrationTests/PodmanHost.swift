// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A ``PrivateHost`` with a LAN, and with the machine's Podman over the CNI plugins of a directory.
///
/// Podman has its storage, locks and configuration in the private host too, and an image `bb` of BusyBox, whose web server
/// says who asked.
enum PodmanHost {
    static let requirement: Comment = "needs root, SWNET_DIST, podman with its CNI back end, runc and busybox"

    static var canRun: Bool {
        PrivateHost.canRun
            && ["/usr/bin/podman", "/usr/sbin/runc", "/usr/bin/busybox"].allSatisfy { File.exists(.init($0)) }
    }

    private static let prelude = #"""
        # The host is 192.0.2.1 and 2001:db8::1, its neighbour `lan` .2 and ::2.
        ip netns add lan
        ip link add uplink index 100 type veth peer name uplink netns lan
        ip -n lan link set lo up; ip -n lan link set uplink up; ip link set uplink up
        ip address add 192.0.2.1/24 dev uplink; ip address add 2001:db8::1/64 dev uplink nodad
        ip -n lan address add 192.0.2.2/24 dev uplink; ip -n lan address add 2001:db8::2/64 dev uplink nodad
        ip route add default via 192.0.2.2

        here=/run/pod
        ours=$(dirname $(command -v swnet))/../libexec/swnet
        mkdir -p $here/cni $here/image/bin $here/image/www/cgi-bin $here/image/etc $here/image/tmp
        # Whose programs the CNI directory has from now on.
        use() { rm -f $here/cni/*; for type in $(ls $1); do ln -s $1/$type $here/cni/$type; done; rm -f $here/cni/swnet-cni; }
        use $ours
        cat > $here/containers.conf <<END
        [containers]
        default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        [network]
        network_backend = "cni"
        cni_plugin_dirs = ["$here/cni"]
        network_config_dir = "/etc/cni/net.d"
        END
        export CONTAINERS_CONF=$here/containers.conf
        cp /usr/bin/busybox $here/image/bin
        for name in sh ip sleep wget httpd cat timeout grep true; do ln -s busybox $here/image/bin/$name; done
        printf '#!/bin/sh\necho\necho "$REMOTE_ADDR"\n' > $here/image/www/cgi-bin/who
        chmod +x $here/image/www/cgi-bin/who
        pod() { podman --root $here/root --runroot $here/runroot --storage-driver vfs --tmpdir $here/tmp "$@" 2>&1; }
        tar -C $here/image -cf $here/image.tar .
        pod import -q $here/image.tar bb > /dev/null
        # Arguments: name, options. A container with a web server.
        web() { name=$1; shift; pod run -d --name $name "$@" bb httpd -f -p 80 -h /www > $here/id || cat $here/id; listens $name; }
        # Waits until the web server has its port.
        listens() { eventually pod exec $1 grep -q :0050 /proc/net/tcp6; }
        # Arguments: where from, base of a URL. Prints a title and the address that the server saw, or `nothing`.
        fetch() {
            from=$1; to=$2; shift 2
            answer=$("$@" timeout 5 busybox wget -q -O - http://$to/cgi-bin/who 2>/dev/null || echo nothing)
            echo "$from $to: $(echo "$answer" | tr -d '[]' | sed 's/^::ffff://')"
        }
        from_host() { fetch host $1; }
        from_lan() { fetch lan $1 ip netns exec lan; }
        from_container() { name=$1; fetch $name $2 podman --root $here/root --runroot $here/runroot \
            --storage-driver vfs --tmpdir $here/tmp exec $name; }
        address_of() { pod exec $1 ip -o -$3 address show dev $2 scope global | sed 's/.*inet6\? //; s/\/.*//'; }
        remove() { pod rm -f -t 0 "$@" > $here/log; }
        neighbour_listens() { ip netns exec lan busybox httpd -p 80 -h $here/image/www; }
        mac_of() { pod exec $1 cat /sys/class/net/$2/address; }

        """#

    /// Runs a shell script; returns what it printed, line by line.
    static func lines(_ script: String) throws -> [String] { try PrivateHost.lines(prelude + script) }
}
