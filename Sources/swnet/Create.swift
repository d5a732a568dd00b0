// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// `swnet create`: a network that every CNI runtime can use.
struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a network.",
        discussion: """
            Writes a CNI configuration and prints the network's name. Nothing changes in the kernel until the first \
            container is attached. Without --subnet a free IPv4 subnet is chosen that overlaps no route, address, name \
            server or other network of this host; --ipv6 adds a subnet of the host's own local space (RFC 4193), which \
            is the same for all its networks.

            Options of --option, in the words of Docker, Podman and the type swnet: mtu, bridge, isolate, \
            interContainer, masquerade, outbound_addr4, outbound_addr6, metric, no_default_route, vlan, macSpoofCheck; \
            com.docker.network.driver.mtu, com.docker.network.bridge.name, .enable_icc, .enable_ip_masquerade, \
            com.docker.network.host_ipv4, .host_ipv6. A bridge that exists already is used as it is, and stays when the \
            network is removed.

            Examples:

              swnet create mynet
              swnet create mynet --subnet 10.44.0.0/24 --subnet fd00:44::/64
              swnet create backend --internal --ipv6
              swnet create mynet --option mtu=1400 --dry-run
            """)

    /// What carries the packets.
    enum Driver: String, CaseIterable, ExpressibleByArgument {
        case bridge, macvlan, ipvlan, overlay
    }

    @Argument(help: "Name of the network: letters, digits, '_', '.' and '-'.", completion: .list([]))
    var name: NetworkName
    @Option(name: .customLong("subnet"), help: ArgumentHelp("Subnet, IPv4 or IPv6; repeatable.", valueName: "cidr"))
    var subnets: [IPPrefix] = []
    @Option(
        name: .customLong("gateway"),
        help: ArgumentHelp(
            "Address of this host in the subnet around it (default: the first); repeatable.", valueName: "ip"))
    var gateways: [IPAddress] = []
    @Option(
        name: .customLong("ip-range"),
        help: ArgumentHelp("Part of a subnet to take container addresses from; repeatable.", valueName: "cidr"))
    var ranges: [IPPrefix] = []
    @Flag(help: "Give the network an IPv6 subnet too.")
    var ipv6 = false
    @Flag(help: "No way out: no default route, no address translation.")
    var `internal` = false
    @Option(help: "Who else may connect in: strict (nobody), published (to published ports), none (everybody).")
    var isolation = NetworkPlan.Isolation.strict
    @Flag(help: "Containers of the network do not reach each other.")
    var noInterContainer = false
    @Option(help: ArgumentHelp("Packet size in bytes (default: that of the way out).", valueName: "bytes"))
    var mtu: Int?
    @Option(
        name: .customLong("dns-upstream"),
        help: ArgumentHelp(
            "Server to ask about other names (default: those of this host); repeatable.", valueName: "ip"))
    var upstreams: [IPAddress] = []
    @Flag(name: .customLong("no-dns"), help: "Containers do not find each other by name.")
    var noNames = false
    @Option(name: .shortAndLong, help: "What carries the packets; only bridge is there yet.")
    var driver = Driver.bridge
    @Option(help: ArgumentHelp("Interface of this host to share, for macvlan and ipvlan.", valueName: "interface"))
    var parent: InterfaceName?
    @Option(
        name: .customLong("label"),
        help: ArgumentHelp("Label, kept in the configuration; repeatable.", valueName: "key=value"))
    var labels: [NetworkPlan.Label] = []
    @Option(
        name: [.customShort("o"), .customLong("option"), .customLong("opt")],
        help: ArgumentHelp("More settings, see above; repeatable.", valueName: "key=value"))
    var options: [DriverOption] = []
    @Flag(help: "Use the chain of the reference plugins (bridge, portmap, firewall, tuning) instead of type swnet.")
    var chained = false
    @Flag(help: "Print the configuration and the firewall's part of it instead of making the network.")
    var dryRun = false
    @Flag(help: "Say what was avoided when a subnet was chosen.")
    var verbose = false
    @OptionGroup var directories: LayoutOptions

    func validate() throws {
        guard upstreams.isEmpty || !noNames else {
            throw ValidationError("--dns-upstream and --no-dns contradict each other: give one of them")
        }
    }

    func run() throws {
        try requireImplemented()
        if let builtIn = BuiltInNetwork(name) {
            throw Failure("network \(builtIn) is built in and cannot be made: choose another name")
        }
        let layout = directories.layout
        let creation = NetworkCreation(layout: layout) { if verbose { Terminal.note($0) } }
        guard !dryRun else {
            let path = layout.configuration(of: name, number: NetworkCreation.fileNumber).string
            let preview = NetworkPreview(try creation.plan(request), path: path, showsConstantRules: verbose)
            return print(preview.text, terminator: "")
        }
        try Self.warnAboutLoopback(try creation.create(request))
        print(name)
    }

    private func requireImplemented() throws(Failure) {
        guard driver == .bridge else {
            throw Failure(
                "networks of driver \(driver) cannot be made yet: leave out --driver for a bridge, or write a "
                    + "configuration for the plugin \(driver) by hand")
        }
        guard parent == nil else {
            throw Failure("--parent is for drivers macvlan and ipvlan, and a bridge has no parent: leave it out")
        }
    }

    private var request: NetworkRequest {
        var request = NetworkRequest(name: name)
        request.subnets = subnets
        request.gateways = gateways
        request.ranges = ranges
        request.wantsIPv6 = ipv6
        request.isInternal = self.internal
        request.isolation = isolation
        request.connectsContainers = !noInterContainer
        request.mtu = mtu
        request.names = noNames ? .none : .served(upstreams: upstreams)
        request.labels = labels
        request.options = options
        request.style = chained ? .chained : .single
        return request
    }

    /// The kernel drops answers from `::1` that bridge netfilter has seen, as if they came from outside.
    private static func warnAboutLoopback(_ plan: NetworkPlan) throws(SystemError) {
        let setting = Sysctl("net/bridge/bridge-nf-call-ip6tables")
        guard plan.subnets.families.contains(.ipv6), !plan.isInternal, try setting.read() == "1" else { return }
        Terminal.warn(
            "ports published on \(plan.name) will not answer at [::1], because bridges hand IPv6 to the firewall here; "
                + "if nothing else needs that, run 'sysctl -w net.bridge.bridge-nf-call-ip6tables=0'")
    }
}
