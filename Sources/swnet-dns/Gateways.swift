// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Where each network's questions are taken.
final class Gateways {
    private static let questionPort: UInt16 = 53
    /// Below those that the kernel hands out by itself. ip(7), ip_local_port_range.
    private static let otherPorts: ClosedRange<UInt16> = 20_000...29_999
    private static let attempts = 32

    private let sources: EventSources
    private var gateways: [IPAddress: Gateway] = [:]

    init(_ sources: EventSources) { self.sources = sources }

    /// Opens what is missing for a network, and closes what it no longer needs.
    ///
    /// - Returns: The port, the same at all of its gateways: the recorded one if there is one, 53 if nobody has it, else a
    ///   free one.
    func serve(_ network: NetworkName, _ settings: ResolverSettings) throws(SystemError) -> UInt16? {
        for gateway in used(by: network) where !settings.gateways.contains(gateway.address) {
            leave(gateway, network)
        }
        let present = settings.gateways.compactMap { gateways[$0] }
        if let first = present.first, present.count == settings.gateways.count,
            present.allSatisfy({ $0.networks.contains(network) })
        {
            return first.port
        }
        var failure: SystemError?
        for port in candidates(present, settings) {
            do throws(SystemError) {
                for address in settings.gateways { try enter(address, port, network) }
                return settings.gateways.isEmpty ? nil : port
            } catch {
                close(network)
                failure = error
                // Somebody else's, or not ours to use: another one will do.
                guard error.errno == .addressInUse || error.errno == .permissionDenied else { throw error }
            }
        }
        if let failure { throw failure }
        return nil
    }

    /// Closes what only this network uses.
    func close(_ network: NetworkName) {
        for gateway in used(by: network) { leave(gateway, network) }
    }

    func used(by network: NetworkName) -> [Gateway] { gateways.values.filter { $0.networks.contains(network) } }

    /// Ports to try, best first. Where another network asks at one of the addresses, its port is the only one.
    private func candidates(_ present: [Gateway], _ settings: ResolverSettings) -> [UInt16] {
        if let first = present.first { return [first.port] }
        var ports = [Self.questionPort]
        if let recorded = settings.port?.rawValue { ports.insert(recorded, at: 0) }
        return ports + (0..<Self.attempts).map { _ in UInt16.random(in: Self.otherPorts) }
    }

    private func enter(_ address: IPAddress, _ port: UInt16, _ network: NetworkName) throws(SystemError) {
        let gateway: Gateway
        if let present = gateways[address] {
            guard present.port == port else {
                throw SystemError("serve names at \(address) port \(port)", .addressInUse)
            }
            gateway = present
        } else {
            gateway = try Gateway(address, port: port, sources)
            gateways[address] = gateway
        }
        if !gateway.networks.contains(network) { gateway.networks.append(network) }
    }

    private func leave(_ gateway: Gateway, _ network: NetworkName) {
        gateway.networks.removeAll { $0 == network }
        guard gateway.networks.isEmpty else { return }
        gateways[gateway.address] = nil
        sources.remove(gateway.token)
        sources.remove(gateway.listenerToken)
    }
}
