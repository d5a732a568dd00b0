// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NFTables
internal import NetworkTypes
internal import SwnetState

/// `swnet trace`: why a packet does not arrive.
struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Say what happens to a packet on its way.",
        discussion: """
            Follows the first packet of a connection from SRC to DST through the namespaces, routes, bridges and \
            firewall rules of this host, those of other programs included, and says where it is accepted, translated or \
            dropped. An answer is followed back. Exit status: 0 when the packet is delivered and somebody listens there, else 1.

            SRC is the name or id of a container, 'host', or an address: of a container, of this host, or of a machine \
            outside. DST is one of these, with a port and a protocol (tcp, udp, sctp) if wanted; without a port the \
            packet is an echo request. An IPv6 address with a port stands in brackets.

            Nothing is sent: the answer is reckoned from what the kernel has configured. With --live a real packet is sent \
            (an opened connection, or an empty datagram) from a container or the host, and the kernel reports each rule \
            of the host that it meets.

            Examples:

              swnet trace web db:5432
              swnet trace 192.0.2.7 192.0.2.1:8080
              swnet trace host '[fd00::2]:53/udp'
            """)

    @Argument(help: "Who sends: a container, 'host', or an address.")
    var source: String
    @Argument(help: "Who is to get it.")
    var destination: TraceTarget
    @Flag(name: [.customShort("4"), .customLong("ipv4")], help: "By IPv4.")
    var ipv4 = false
    @Flag(name: [.customShort("6"), .customLong("ipv6")], help: "By IPv6.")
    var ipv6 = false
    @Flag(help: "Send a real packet and let the kernel report.")
    var live = false
    @OptionGroup var format: TraceFormatOptions
    @OptionGroup var directories: LayoutOptions

    func validate() throws {
        guard !(ipv4 && ipv6) else { throw ValidationError("--ipv4 and --ipv6 exclude each other") }
    }

    func run() throws {
        let endpoints = try EndpointView.all(directories.layout)
        var host = try TraceNamespace(NetworkNamespace.current(), named: "host")
        let scene = TraceScene(endpoints: endpoints, hostAddresses: host.ownAddresses)
        let flow = try scene.flow(from: source, to: destination, ipv4 ? .ipv4 : ipv6 ? .ipv6 : nil)
        if live {
            let stop = try StopSignal()
            var trace = try LiveTrace(flow, host: host)
            try trace.run(&host, stop: stop)
            try show(trace.report)
        } else {
            var trace = try PacketTrace(flow, endpoints, host: host)
            try trace.run()
            try show(trace.report)
        }
    }

    private func show(_ report: TraceReport) throws {
        switch format.format {
        case .json: Terminal.show(report.json)
        case .text: print(report.text(columns: Terminal.columns), terminator: "")
        }
        if !report.isDelivered { throw ExitCode.failure }
    }
}

/// How a trace is printed.
struct TraceFormatOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// Numbered lines for people.
        case text
        /// One object, whose keys stay the same in later versions.
        case json
    }

    @Option(help: "How to print it.")
    var format = Format.text
}
