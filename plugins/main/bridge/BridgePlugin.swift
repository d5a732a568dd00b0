// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import NetworkTypes
package import SwnetPipeline

/// CNI type `bridge`: a veth pair on a host bridge.
package enum BridgePlugin: StagedPlugin {
    package static let type = "bridge"
    package static let role = Pipeline.Role.interface
    package static var kinds: [any Stage.Type] { [AddressStage.self, BridgeStage.self] }

    package static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage] {
        let configuration = try request.configuration.decode { reader throws(JSONError) in
            try BridgeConfiguration(reading: reader)
        }
        let mac = try requestedMAC(request)
        let addresses = try configuration.ipamType.map { type throws(CNIError) in
            AddressStage(try DelegatedAddresses(type, for: request.context))
        }
        let bridge = BridgeStage(
            configuration, addresses: addresses, requestedMAC: mac, dns: try request.configuration.dns())
        return addresses.map { [$0, bridge] } ?? [bridge]
    }

    /// CNI_ARGS, then `args.cni`, then the capability: the later beats the earlier.
    package static func requestedMAC(_ request: CNIRequest) throws(CNIError) -> MACAddress? {
        let capability = try decoding { () throws(JSONError) in
            try request.configuration.runtimeConfiguration.macAddress("mac")
        }
        let convention = try decoding { () throws(JSONError) in
            try request.configuration.arguments.macAddress("mac")
        }
        if let mac = capability ?? convention { return mac }
        guard let text = request.arguments["MAC"], !text.isEmpty else { return nil }
        guard let mac = MACAddress(text) else {
            throw CNIError(.invalidEnvironment, "CNI_ARGS: MAC=\(text) is not a MAC address")
        }
        return mac
    }

    /// The address plugin is asked too, as the specification demands of whoever delegates.
    package static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        var failure: CNIError?
        do throws(CNIError) {
            try Pipeline.collect(request.network, kinds, keeping: valid, layout: request.layout)
        } catch { failure = error }
        if let type = try request.configuration.addressManager() {
            try Delegation(to: type, for: request).collectGarbage(request, keeping: valid)
        }
        if let failure { throw failure }
    }

    package static func status(_ request: CNINetworkRequest) throws(CNIError) {
        try Readiness.check(request.layout)
        if let type = try request.configuration.addressManager() {
            try Delegation(to: type, for: request).status(request)
        }
    }
}
