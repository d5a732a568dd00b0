// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SystemPackage

/// Follows the first packet of a connection as the kernel would, from what it has configured. Nothing is sent.
struct PacketTrace: ~Copyable {
    let flow: TraceFlow
    let endpoints: [EndpointView]
    var host: TraceNamespace
    var report: TraceReport
    var packet: TracedPacket
    /// Whether what bridges forward passes the IP hooks: `net.bridge.bridge-nf-call-*`.
    let bridgesFilter: Bool
    /// The port of a bridge by which the packet came to the host.
    var ingressPort: Link?
    /// The interface by which it came to the IP layer of the host; nil when it began there, or never did.
    var ingress: Link?
    /// Whether the IP layer of the host handled it.
    var crossedHost = false
    /// Before anything translated it.
    var firstSource: IPAddress

    init(_ flow: TraceFlow, _ endpoints: [EndpointView], host: consuming TraceNamespace) throws {
        let key = flow.destination.family == .ipv4 ? "iptables" : "ip6tables"
        let bridgesFilter = try host.setting(Sysctl("net/bridge/bridge-nf-call-\(key)")) == "1"
        self.bridgesFilter = bridgesFilter
        self.flow = flow
        self.endpoints = endpoints
        report = TraceReport(flow.question)
        let unspecified = IPAddress(0, flow.destination.family) ?? flow.destination
        // Any port that a client could have.
        packet = TracedPacket(
            from: flow.source ?? unspecified, to: flow.destination,
            protocolNumber: flow.target.transport.number(flow.destination.family), sourcePort: 49152,
            destinationPort: flow.target.port?.rawValue ?? 0)
        firstSource = packet.source
        self.host = host
    }

    /// Follows the packet to its end, which is the last step of the report.
    mutating func run() throws {
        do {
            switch flow.origin {
            case .sandbox(let views): try leaveSandbox(views)
            case .host: try leaveHost()
            case .outside: try comeFromOutside()
            }
        } catch is PacketDropped {}
    }

    /// Ends the packet's way.
    mutating func drop(_ place: String, _ text: String) -> PacketDropped {
        report.add(.dropped, place, text)
        return PacketDropped()
    }

    /// Reports what happened at a hook, and goes on with the packet as it left it.
    mutating func take(_ walk: HookWalk, at hook: Hook, _ place: String) throws {
        for event in walk.events {
            switch event {
            case .accepted(let rule):
                guard hook == .forward || hook == .input else { continue }
                report.add(.accepted, place, "\(hook.text): accepted by \(rule.summary)")
            case .dropped(let rule, let isRejected):
                let text = "\(hook.text): \(isRejected ? "rejected" : "dropped") by \(rule.summary)"
                throw drop(place, text)
            case .droppedByPolicy(let chain):
                let name = "\(chain.table.family.text) \(chain.table.name) \(chain.chain)"
                throw drop(
                    place, "\(hook.text): dropped by the policy of chain \(name), since no rule of it accepts it")
            case .translatedSource(let rule, let address):
                report.add(.translated, place, "\(hook.text): source becomes \(address), by \(rule.summary)")
            case .translatedDestination(let rule, let address, let port):
                let end = port == 0 ? "\(address)" : "\(address) port \(port)"
                report.add(.translated, place, "\(hook.text): destination becomes \(end), by \(rule.summary)")
            case .unclear(let rule):
                report.add(
                    .warning, place, "\(hook.text): cannot tell whether \(rule.summary) matches; taken as no match")
            }
        }
        packet = walk.packet
    }

    /// Sends the packet through a hook of the host.
    mutating func passHost(_ hook: Hook) throws {
        let walk = host.walk(packet, at: hook)
        try take(walk, at: hook, host.name)
    }
}

extension Ruleset.Rule {
    /// Where it is and what it says.
    var summary: String { "'\(text)' in \(place)" }
}
