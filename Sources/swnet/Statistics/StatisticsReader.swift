// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Reads the counters of endpoints again and again, and knows those of the last time.
struct StatisticsReader: ~Copyable {
    private let layout: StateLayout
    private let names: [String]
    private let network: NetworkName?
    private var kernel: RouteSocket
    private var previous: [Key: (counters: EndpointStatistics.Counters, moment: Int)] = [:]
    private var hasWarned = false

    private struct Key: Hashable {
        let network: NetworkName
        let attachment: AttachmentID
    }

    /// - Parameters:
    ///   - names: Of containers, or the beginnings of their ids; empty for all.
    ///   - network: Nil for all.
    init(_ layout: StateLayout, names: [String], network: NetworkName?) throws {
        self.layout = layout
        self.names = names
        self.network = network
        kernel = try RouteSocket()
    }

    mutating func read() throws -> [EndpointStatistics] {
        let all = try EndpointView.all(layout).filter { network == nil || $0.network == network }
        let views = names.isEmpty ? all : try names.flatMap { name in try Self.views(named: name, all) }
        // Once for all of them: the kernel's list is one request, however many there are.
        let links = Dictionary(try kernel.links().map { ($0.name, $0) }) { first, _ in first }
        let connections = countConnections()
        let moment = MonotonicClock.milliseconds()
        return views.map { view in
            var one = EndpointStatistics(
                name: view.title, container: view.attachment.container.text,
                interface: view.attachment.interface.text, network: view.network)
            let link = view.condition == .gone ? nil : view.hostInterface.flatMap { links[$0] }
            one.counters = link.map { EndpointStatistics.Counters(hostEnd: $0.statistics) }
            one.connections = connections.map { counts in
                Set(view.addresses.map(\.address)).reduce(0) { $0 + counts[$1, default: 0] }
            }
            let key = Key(network: view.network, attachment: view.attachment)
            one.earlier = previous[key].map { ($0.counters, moment - $0.moment) }
            previous[key] = one.counters.map { ($0, moment) }
            return one
        }
    }

    private static func views(named name: String, _ all: [EndpointView]) throws -> [EndpointView] {
        let exact = all.filter { $0.name == name || $0.attachment.container.text == name }
        let found = exact.isEmpty ? all.filter { $0.attachment.container.text.hasPrefix(name) } : exact
        guard !found.isEmpty, !name.isEmpty else { throw Failure("nothing named \(name) is attached: see 'swnet ps'") }
        return found
    }

    /// Connections by the address that made or answers them; nil when the kernel does not let us look.
    private mutating func countConnections() -> [IPAddress: Int]? {
        do throws(NetlinkError) {
            var socket = try ConntrackSocket()
            var counts: [IPAddress: Int] = [:]
            for connection in try socket.connections() {
                counts[connection.source, default: 0] += 1
                let answerer = connection.answerer ?? connection.destination
                if answerer != connection.source { counts[answerer, default: 0] += 1 }
            }
            return counts
        } catch {
            if !hasWarned { Terminal.warn("connections are not counted: \(Failure.explaining(error))") }
            hasWarned = true
            return nil
        }
    }
}

extension EndpointStatistics.Counters {
    /// What the host end of a veth pair sends, the container receives.
    init(hostEnd: LinkStatistics) {
        self.init(
            received: EndpointStatistics.Traffic(
                bytes: hostEnd.transmittedBytes, packets: hostEnd.transmittedPackets, drops: hostEnd.transmitDrops),
            sent: EndpointStatistics.Traffic(
                bytes: hostEnd.receivedBytes, packets: hostEnd.receivedPackets, drops: hostEnd.receiveDrops))
    }
}
