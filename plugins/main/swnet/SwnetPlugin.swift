// SPDX-License-Identifier: Apache-2.0
internal import BridgePlugin
package import CNI
internal import DNSNamePlugin
internal import IPAM
internal import JSON
package import NetworkTypes
internal import PortMapPlugin
package import SwnetPipeline
internal import SwnetState
internal import TuningPlugin

/// CNI type `swnet`: every stage of the chain `bridge`, `portmap`, `firewall`, `dnsname`, `tuning` in one execution.
package enum SwnetPlugin: StagedPlugin {
    package static let type = "swnet"
    package static let role = Pipeline.Role.interface
    package static var kinds: [any Stage.Type] {
        [AddressStage.self, BridgeStage.self, IsolationStage.self, PortMapStage.self, TuningStage.self, NameStage.self]
    }

    package static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage] {
        let configuration = try request.configuration.decode { reader throws(JSONError) in
            try SwnetConfiguration(reading: reader)
        }
        let tuning = try request.configuration.decode { reader throws(JSONError) in
            try TuningConfiguration(sysctls: reader.object("sysctls"))
        }
        let ports = try decoding { () throws(JSONError) in
            try PortMapping.read(request.configuration.runtimeConfiguration)
        }
        let addresses = try addressStage(configuration)
        var stages: [any Stage] = addresses.map { [$0] } ?? []
        stages.append(try bridgeStage(configuration, addresses, publishes: !ports.isEmpty, request))
        if addresses != nil { stages.append(IsolationStage(configuration)) }
        if !ports.isEmpty, addresses != nil { stages.append(PortMapStage(PortMapConfiguration(), ports: ports)) }
        if var names = configuration.names {
            try names.take(request)
            stages.append(NameStage(names, askedAt: .gateways))
        }
        if !tuning.isEmpty { stages.append(try TuningStage(tuning, mac: nil, for: request.interface)) }
        return stages
    }

    private static func addressStage(_ configuration: SwnetConfiguration) throws(CNIError) -> AddressStage? {
        if configuration.subnets.isEmpty { return nil }
        return AddressStage(try SubnetAddresses(configuration))
    }

    private static func bridgeStage(
        _ configuration: SwnetConfiguration, _ addresses: AddressStage?, publishes: Bool, _ request: CNIRequest
    ) throws(CNIError) -> BridgeStage {
        let derived = configuration.bridge == nil ? try bridgeName(of: request.network) : nil
        guard let name = configuration.bridge ?? derived else {
            throw CNIError(.invalidConfiguration, "bridge is missing")
        }
        var bridge = BridgeConfiguration(bridge: name)
        bridge.isGateway = addresses != nil
        bridge.isDefaultGateway = false  // SubnetAddresses gives default routes with their metric
        bridge.mtu = configuration.mtu.map { .bytes($0) } ?? .uplink
        bridge.macSpoofCheck = configuration.macSpoofCheck
        bridge.port.isolated = !configuration.interContainer
        // A container that uses its own published port gets its frames back, when the bridge hands them to the IP filters.
        bridge.port.hairpin = publishes
        bridge.port.vlan = configuration.vlan
        return BridgeStage(
            bridge, addresses: addresses, requestedMAC: try BridgePlugin.requestedMAC(request),
            dns: configuration.names == nil ? try request.configuration.dns() : CNIResult.DNS())
    }

    /// The bridge of a network that names none: its own name if it fits, else a part of it and a hash.
    package static func bridgeName(of network: NetworkName) throws(CNIError) -> InterfaceName {
        let plain = "sw-" + network.text
        let text =
            plain.utf8.count <= 15
            ? plain : "sw-" + network.text.prefix(3) + "-" + StableHash(of: network.text).shortText
        guard let name = InterfaceName(text) else {
            throw CNIError(.invalidConfiguration, "no bridge name can be made of network name \(network): set bridge")
        }
        return name
    }

    package static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        try Pipeline.collect(request.network, kinds, keeping: valid, layout: request.layout)
        let directory = try decoding { () throws(JSONError) in try request.configuration.reader.string("dataDir") }
        try Leasing.collect(request.network, keeping: valid, dataDirectory: directory ?? "")
    }

    package static func status(_ request: CNINetworkRequest) throws(CNIError) {
        try Readiness.check(request.layout)
        do throws(CNIError) {
            let configuration = try request.configuration.decode { reader throws(JSONError) in
                try SwnetConfiguration(reading: reader)
            }
            if configuration.subnets.isEmpty { return }
            try SubnetAddresses(configuration).requireFree(on: request.network)
        } catch {
            guard error.code != .tryAgainLater else { throw error }
            throw CNIError(.unavailable, error.message, details: error.details)
        }
    }
}
