// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SystemPackage

extension HostFacts {
    mutating func readNameServers() throws {
        guard let port = Port(Int(ResolverRedirect.questionPort)) else { return }
        var diagnostics = try SocketDiagnostics()
        for transport in [L4Protocol.udp, .tcp] {
            for socket in try diagnostics.sockets(at: port, transport) {
                nameServers.append(
                    Listener(socket.address, transport, ListeningProcess(owningSocket: socket.inode)))
            }
        }
    }
}

extension ListeningProcess {
    /// Looks through the open files of all processes; nil for those of other users, when this is not root.
    fileprivate init?(owningSocket inode: UInt32) {
        let target = "socket:[\(inode)]"
        // What cannot be listed belongs to others, or is gone by now.
        for id in ((try? File.list("/proc")) ?? []).compactMap({ Int($0) }).sorted() {
            let directory = FilePath("/proc/\(id)/fd")
            let files = (try? File.list(directory)) ?? []
            guard files.contains(where: { File.target(ofLink: directory.appending($0))?.string == target }) else {
                continue
            }
            let name = Self.text(of: id, "comm").split(separator: "\n").first.map(String.init) ?? "?"
            self.init(id: id, name: name, service: Self.service(in: Self.text(of: id, "cgroup")))
            return
        }
        return nil
    }

    private static func text(of process: Int, _ file: String) -> String {
        // A process that is gone has nothing to say.
        String(decoding: (try? File.read(FilePath("/proc/\(process)/\(file)"))) ?? [], as: UTF8.self)
    }

    /// `dnsmasq.service` of `0::/system.slice/dnsmasq.service`.
    package static func service(in groups: String) -> String? {
        groups.split(whereSeparator: { $0 == "/" || $0 == "\n" }).map(String.init).last { $0.hasSuffix(".service") }
    }
}
