// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import CNI
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState

/// `swnet connect`: one more network for a sandbox that runs.
struct Connect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Attach a running sandbox to one more network.",
        discussion: """
            The sandbox is one of 'swnet run' or a container of Podman, containerd or another runtime: by its name, its id \
            or the beginning of it, the id of a process in it, or the path of its network namespace. It gets a new \
            interface; its way out stays that of the network it had first. What was attached goes with the sandbox, with \
            'swnet disconnect', or with 'swnet gc' after a runtime has removed the container.

            Examples:

              swnet connect backend web
              swnet connect backend web --ip 10.90.0.7 --alias db --interface eth5
              swnet connect backend /run/netns/test
            """)

    @Argument(help: "Network to attach to.")
    var network: NetworkName
    @Argument(
        help: ArgumentHelp("Name, id, process id or namespace path of the sandbox.", valueName: "sandbox"),
        completion: Candidates.sandboxes)
    var sandbox: String
    @Option(
        name: .customLong("ip"),
        help: ArgumentHelp("Address to have, one of each family at most; repeatable.", valueName: "ip"))
    var addresses: [IPAddress] = []
    @Option(
        name: .customLong("alias"),
        help: ArgumentHelp("Another name for the sandbox on this network; repeatable.", valueName: "name"))
    var aliases: [ContainerName] = []
    @Option(
        help: ArgumentHelp("Name of the new interface (default: the first free of eth0, eth1 ...).", valueName: "name"))
    var interface: InterfaceName?
    @Option(help: ArgumentHelp("MAC address of the new interface.", valueName: "mac"))
    var macAddress: MACAddress?
    @Option(
        name: [.customShort("p"), .customLong("publish")],
        help: ArgumentHelp(
            "Publish a port: [HOSTIP:]HOSTPORT[-END]:PORT[-END][/PROTOCOL]; repeatable.", valueName: "ports"))
    var ports: [PortPublication] = []
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        let list = try layout.network(named: network)
        let target = try Targets.current(layout).find(sandbox)
        guard target.exists else { throw Failure.gone(target.title) }
        try refuseIfRecorded(target, layout)
        try Connection(target: target, layout: layout).changing { attachments in
            if let present = attachments.attachments.first(where: { $0.network == network }) {
                throw Self.alreadyConnected(target, network, present.interface)
            }
            try attachments.add(request(target, layout, list))
        }
    }

    /// An attachment that the container's own runtime made.
    private func refuseIfRecorded(_ target: Target, _ layout: StateLayout) throws {
        let present = try EndpointStore(layout).list(network).endpoints.first { $0.attachment.container == target.id }
        guard let present else { return }
        throw Self.alreadyConnected(target, network, present.attachment.interface)
    }

    private static func alreadyConnected(
        _ target: Target, _ network: NetworkName, _ interface: InterfaceName
    ) -> Failure {
        Failure("\(target.title) is on network \(network) already, as \(interface): disconnect it first")
    }

    private func request(
        _ target: Target, _ layout: StateLayout, _ list: NetworkList
    ) throws -> SandboxRecord.Attachment {
        let subnets = UsedPrefix.subnets(of: list.root, named: network.text).map(\.prefix)
        if let stray = addresses.first(where: { address in !subnets.contains { $0.contains(address) } }) {
            throw Failure("network \(network) has no subnet with \(stray): choose an address of 'swnet ls'")
        }
        let present = try Set(SandboxInterfaces.names(in: target.namespace))
        if let interface, present.contains(interface) {
            throw Failure("\(target.title) has an interface \(interface) already: give --interface another name")
        }
        var request = AttachmentRequest(name: target.name)
        request.addresses = addresses
        request.mac = macAddress
        request.ports = ports
        request.aliases = aliases.map(\.text)
        request.leaseDirectory = layout.unusualLeaseDirectory
        let name = try interface ?? SandboxInterfaces.free(besides: present)
        request.metric = SandboxInterfaces.metric(position: present.count)
        return request.attachment(to: list, as: name)
    }
}
