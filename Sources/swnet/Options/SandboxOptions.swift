// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import CNI
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// What a new sandbox is like.
struct SandboxOptions: ParsableArguments {
    @Option(
        name: .customLong("network"),
        help: ArgumentHelp(
            """
            Network to be on, for eth0, eth1 and so on, or 'none' (default: 'bridge'); repeatable. Settings are ip=IP, \
            alias=NAME, mac=MAC and interface=NAME, with commas between.
            """, valueName: "network[:settings]"))
    var networks: [NetworkOption] = []
    @Option(help: "Name of the sandbox (default: the beginning of its id).")
    var name: ContainerName?
    @Option(
        name: [.customShort("p"), .customLong("publish")],
        help: ArgumentHelp(
            "Publish a port: [HOSTIP:]HOSTPORT[-END]:PORT[-END][/PROTOCOL]; repeatable.", valueName: "ports"))
    var ports: [PortPublication] = []
    @Option(help: "Host name that the command sees (default: the name).")
    var hostname: ContainerName?
    @Option(
        name: .customLong("ip"),
        help: ArgumentHelp("Address to have, of any of the networks; repeatable.", valueName: "ip"))
    var addresses: [IPAddress] = []
    @Option(
        name: .customLong("alias"),
        help: ArgumentHelp("Another name for the sandbox on all its networks; repeatable.", valueName: "name"))
    var aliases: [ContainerName] = []
    @Option(help: ArgumentHelp("MAC address to have on the first network.", valueName: "mac"))
    var macAddress: MACAddress?
    @Option(
        name: .customLong("dns"),
        help: ArgumentHelp(
            "Name server in place of those of the networks and the host; repeatable.", valueName: "ip"))
    var servers: [IPAddress] = []
    @Option(
        name: .customLong("dns-search"),
        help: ArgumentHelp("Domain in which short names are looked up; repeatable.", valueName: "domain"))
    var searchDomains: [ResolverWord] = []
    @Option(
        name: .customLong("dns-option"),
        help: ArgumentHelp("Option of resolv.conf(5); repeatable.", valueName: "option"))
    var resolverOptions: [ResolverWord] = []
    @Option(
        name: [.customShort("e"), .customLong("env")],
        help: ArgumentHelp(
            "Variable of the environment, on top of those of this program; repeatable.", valueName: "name=value"))
    var variables: [EnvironmentOption] = []
    @Option(
        name: .customLong("sysctl"),
        help: ArgumentHelp("Kernel setting of the sandbox's network; repeatable.", valueName: "net.key=value"))
    var sysctls: [SysctlOption] = []

    func validate() throws {
        guard networks.count == 1 || !networks.contains(where: \.isNone) else {
            throw ValidationError("--network none goes with no other network")
        }
        guard !networks.contains(where: { $0.network.text == "host" }) else {
            throw ValidationError(
                "A sandbox is never on the host's own network: run the command without swnet for that")
        }
        guard !(isAlone && !(ports.isEmpty && addresses.isEmpty && aliases.isEmpty && macAddress == nil)) else {
            throw ValidationError("--network none leaves nothing to publish, to address or to name")
        }
        if macAddress != nil, let first = networks.first, first.mac != nil {
            throw ValidationError("Give one MAC address for network \(first.network)")
        }
        let interfaces = networks.compactMap(\.interface)
        guard Set(interfaces).count == interfaces.count else {
            throw ValidationError("Give every network an interface of its own")
        }
    }

    /// Whether the sandbox is to have nothing but its loopback interface.
    private var isAlone: Bool { networks.contains(where: \.isNone) }

    var environment: [String] { variables.compactMap(\.entry) }
}

extension NetworkOption {
    /// True for the built-in network that has nothing but the loopback interface.
    var isNone: Bool { network.text == "none" }
}

extension SandboxOptions {
    /// The sandbox as it is recorded before it is made.
    func record(of command: [String], _ layout: StateLayout) throws -> SandboxRecord {
        let id = ContainerID.random()
        let name = self.name?.text ?? String(id.text.prefix(12))
        var record = SandboxRecord(
            id: id, name: name, hostname: hostname?.text ?? name, command: command, created: Timestamp.now(),
            attachments: isAlone ? [] : try attachments(of: name, layout))
        record.resolver.nameservers = servers.map(\.description)
        record.resolver.search = searchDomains.map(\.text)
        record.resolver.options = resolverOptions.map(\.text)
        return record
    }

    private func attachments(of name: String, _ layout: StateLayout) throws -> [SandboxRecord.Attachment] {
        let networks = networks.isEmpty ? [NetworkOption(try DefaultNetwork.name())] : networks
        var taken = Set(networks.compactMap(\.interface))
        var unused = addresses
        let attachments = try networks.enumerated().map { position, option in
            let list = try layout.network(named: option.network)
            let subnets = UsedPrefix.subnets(of: list.root, named: option.network.text).map(\.prefix)
            if let stray = option.addresses.first(where: { address in !subnets.contains { $0.contains(address) } }) {
                throw Failure("network \(option.network) has no subnet with \(stray): choose an address of 'swnet ls'")
            }
            var request = AttachmentRequest(name: name)
            // The first network is the one that the default route and the ports belong to.
            if position == 0 { (request.ports, request.mac) = (ports, macAddress) }
            request.mac = request.mac ?? option.mac
            request.addresses = addresses.filter { address in subnets.contains { $0.contains(address) } }
            unused.removeAll { request.addresses.contains($0) }
            request.addresses += option.addresses
            request.aliases = (aliases + option.aliases).map(\.text)
            request.metric = SandboxInterfaces.metric(position: position)
            request.leaseDirectory = layout.unusualLeaseDirectory
            let interface = try option.interface ?? SandboxInterfaces.free(besides: taken)
            taken.insert(interface)
            return request.attachment(to: list, as: interface)
        }
        if let address = unused.first {
            throw Failure(
                "no network here has a subnet with \(address): choose an address that 'swnet ls' shows room for")
        }
        return attachments
    }
}
