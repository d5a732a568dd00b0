// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
package import NetworkTypes
package import SwnetState
internal import SystemPackage

/// Routing between the host's interfaces, the one host-wide setting a routed network needs.
package enum Forwarding {
    /// Switches routing on for `family` in the calling thread's namespace; never off again, since others may rely on it.
    /// What it changes is recorded in `settings`.
    ///
    /// A host that forwards IPv6 stops listening to router advertisements, and one that got its default route that way
    /// would lose it. So `accept_ra` of its interfaces goes from 1 to 2 first, which means "even when forwarding".
    /// Source: the kernel's ip-sysctl documentation, `accept_ra`.
    package static func enable(_ family: IPFamily, recordingIn settings: HostSettings) throws(CNIError) {
        let switched = Sysctl.forwarding(family)
        guard try calling({ () throws(SystemError) in try switched.read() }) != "1" else { return }
        if family == .ipv6 { try keepRouterAdvertisements(settings) }
        try storing { () throws(StateError) in try settings.set(switched, to: "1") }
    }

    package static func isEnabled(_ family: IPFamily) throws(CNIError) -> Bool {
        try calling { () throws(SystemError) in try Sysctl.forwarding(family).read() } == "1"
    }

    private static func keepRouterAdvertisements(_ settings: HostSettings) throws(CNIError) {
        let names = try calling { () throws(SystemError) in try File.list("/proc/sys/net/ipv6/conf") }
        // Nobody sends advertisements to the host by the interfaces that swnet makes.
        let own = { (name: InterfaceName) in name.text == "all" || name.text == "lo" || name.text.hasPrefix("veth") }
        for name in names.compactMap(InterfaceName.init(_:)) where !own(name) {
            let acceptance = Sysctl.interface(name, .ipv6, "accept_ra")
            guard try calling({ () throws(SystemError) in try acceptance.read() }) == "1" else { continue }
            try storing { () throws(StateError) in try settings.set(acceptance, to: "2") }
        }
    }
}
