// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
package import NetworkTypes
internal import SystemPackage

/// The interfaces of a sandbox beside its loopback.
package enum SandboxInterfaces {
    static func names(in namespace: FilePath) throws -> [InterfaceName] {
        var inside = try RouteSocket(in: NetworkNamespace(path: namespace))
        return try inside.links().map(\.name).filter { $0.text != "lo" }
    }

    /// The first of eth0, eth1 and so on that is not in `taken`.
    package static func free(besides taken: Set<InterfaceName>) throws(Failure) -> InterfaceName {
        for number in 0...taken.count {
            if let name = InterfaceName("eth\(number)"), !taken.contains(name) { return name }
        }
        throw Failure("no interface name is left: give --interface")
    }

    /// The metric of default routes of the network that comes as number `position`, from 0: the first leads out, and the
    /// next one when the first is gone. IPv6 routes that are given none have 1024.
    package static func metric(position: Int) -> Int? { position == 0 ? nil : 1024 + position * 100 }
}
