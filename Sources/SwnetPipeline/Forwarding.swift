// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// Routing between the host's interfaces, the one host-wide setting a routed network needs.
package enum Forwarding {
    /// Switches routing on for `family` in the calling thread's namespace; never off again, since others may rely on it.
    ///
    /// A host that forwards IPv6 stops listening to router advertisements, and one that got its default route that way
    /// would lose it. So `accept_ra` of its interfaces goes from 1 to 2 first, which means "even when forwarding".
    /// Source: the kernel's ip-sysctl documentation, `accept_ra`.
    package static func enable(_ family: IPFamily) throws(CNIError) {
        let switched = Sysctl.forwarding(family)
        guard try calling({ () throws(SystemError) in try switched.read() }) != "1" else { return }
        if family == .ipv6 { try keepRouterAdvertisements() }
        try calling { () throws(SystemError) in try switched.write("1") }
    }

    private static func keepRouterAdvertisements() throws(CNIError) {
        let names = try calling { () throws(SystemError) in try File.list("/proc/sys/net/ipv6/conf") }
        for name in names.compactMap(InterfaceName.init(_:)) where name.text != "all" {
            let acceptance = Sysctl.interface(name, .ipv6, "accept_ra")
            try calling { () throws(SystemError) in
                if try acceptance.read() == "1" { try acceptance.write("2") }
            }
        }
    }
}
