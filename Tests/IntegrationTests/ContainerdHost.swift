// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import Testing

/// A ``PodmanHost`` on which containerd runs, with the same plugins and the same image.
enum ContainerdHost {
    static let requirement: Comment = "needs what Podman's tests need, and containerd"

    static var canRun: Bool {
        PodmanHost.canRun && ["/usr/bin/containerd", "/usr/bin/ctr"].allSatisfy { File.exists(FilePath($0)) }
    }

    /// containerd looks for plugins in one place only.
    private static let prelude = """
        mkdir -p /run/opt/cni/bin
        for entry in /opt/*; do
            [ $entry != /opt/cni ] && [ -d $entry ] || continue
            mkdir /run$entry; mount --rbind $entry /run$entry
        done
        cp -P $here/cni/* /run/opt/cni/bin
        mount --rbind /run/opt /opt
        cat > $here/containerd.toml <<END
        version = 2
        root = "$here/containerd"
        state = "$here/containerd-state"
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
        [grpc]
        address = "$here/containerd.sock"
        END
        containerd --config $here/containerd.toml > $here/containerd.log 2>&1 &
        c() { ctr --address $here/containerd.sock "$@" 2>&1; }
        eventually c version
        pod save -q --format oci-archive -o $here/oci.tar bb > $here/log
        c image import --snapshotter native $here/oci.tar > $here/log
        # Arguments: options, id, command.
        run() { options=$1; shift; c run --snapshotter native --cni $options localhost/bb:latest "$@"; }
        listens() { eventually busybox wget -q -O /dev/null http://$1/cgi-bin/who; }
        stop() { c task kill -s 9 $1; eventually c task rm $1; c container rm $1; }

        """

    /// Runs a shell script; returns what it printed, line by line.
    static func lines(_ script: String) throws -> [String] { try PodmanHost.lines(prelude + script) }
}
