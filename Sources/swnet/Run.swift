// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import CNI
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet run`: a command on a network, with no container runtime.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command on a network, without a container runtime.",
        usage: "swnet run --network <network> [<options>] -- <command> [<argument> ...]",
        discussion: """
            The command gets network interfaces, a host name, /etc/hosts and /etc/resolv.conf of its own; files and \
            processes are those of this host. Signals are passed on and the exit status is the command's. When it ends, \
            its addresses and ports are given back.

            Examples:

              swnet run --network mynet --name web --publish 8080:80 -- busybox httpd -f -p 80
              swnet run --network mynet -- wget -q -O - http://10.89.0.2/
            """)

    @Option(
        name: .customLong("network"),
        help: ArgumentHelp("Network to be on; repeatable, for eth0, eth1 and so on.", valueName: "network"))
    var networks: [NetworkName]
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
    @Option(help: ArgumentHelp("MAC address to have on the first network.", valueName: "mac"))
    var macAddress: MACAddress?
    @OptionGroup var directories: LayoutOptions
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after '--'.")
    var command: [String] = []

    func validate() throws {
        guard !networks.isEmpty else { throw ValidationError("Name a network with --network") }
        guard !command.isEmpty else { throw ValidationError("Say what to run, after '--'") }
    }

    func run() throws {
        let layout = directories.layout
        StandardStreams.secure()
        Sandbox.removeAbandoned(layout)
        let signals = HeldSignals()
        let sandbox = Sandbox(supervised: try SandboxStore(layout).add(try record(layout)))
        try sandbox.bringUp()
        defer { sandbox.takeDown() }
        if let signal = signals.takeEnding() { throw ExitCode(128 + signal) }
        throw ExitCode(try sandbox.run(signals))
    }

    private func record(_ layout: StateLayout) throws -> SandboxRecord {
        let id = Self.randomID()
        let name = self.name?.text ?? String(id.text.prefix(12))
        return SandboxRecord(
            id: id, name: name, hostname: hostname?.text ?? name, command: command, created: Timestamp.now(),
            attachments: try attachments(of: name, layout))
    }

    private func attachments(of name: String, _ layout: StateLayout) throws -> [SandboxRecord.Attachment] {
        let directory = NetworkDirectory(layout.configurationDirectory)
        var unused = addresses
        let attachments = try networks.enumerated().map { position, network in
            guard let list = try directory.network(named: network) else { throw Failure.noNetwork(network) }
            guard let interface = InterfaceName("eth\(position)") else { throw Failure("too many networks") }
            let subnets = UsedPrefix.subnets(of: list.root, named: network.text).map(\.prefix)
            var request = AttachmentRequest(name: name)
            // The first network is the one that the default route and the ports belong to.
            if position == 0 { (request.ports, request.mac) = (ports, macAddress) }
            request.addresses = addresses.filter { address in subnets.contains { $0.contains(address) } }
            unused.removeAll { request.addresses.contains($0) }
            return request.attachment(to: list, as: interface)
        }
        if let address = unused.first {
            throw Failure(
                "no network here has a subnet with \(address): choose an address that 'swnet ls' shows room for")
        }
        return attachments
    }

    /// 64 hexadecimal digits, as container runtimes use.
    private static func randomID() -> ContainerID {
        var generator = SystemRandomNumberGenerator()
        while true {
            let digits = (0..<64).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }
            if let id = ContainerID(digits.joined()) { return id }
        }
    }
}
