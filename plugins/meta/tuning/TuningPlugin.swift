// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import NetworkTypes
package import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// CNI type `tuning`: sysctls and link settings inside the sandbox.
package enum TuningPlugin: StagedPlugin {
    package static let type = "tuning"
    package static let role = Pipeline.Role.chained
    package static var kinds: [any Stage.Type] { [TuningStage.self] }

    package static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage] {
        let configuration = try request.configuration.decode { reader throws(JSONError) in
            try TuningConfiguration(reading: reader)
        }
        let mac = try macAddress(request, configuration)
        guard !configuration.isEmpty || mac != nil else { return [] }
        try SysctlAllowlist.check(configuration.settings.map(\.key), in: request.layout.sysctlAllowlist)
        return [try TuningStage(configuration, mac: mac, for: request.interface)]
    }

    /// Configuration, CNI_ARGS, capability, `args.cni`: the later beats the earlier.
    private static func macAddress(
        _ request: CNIRequest, _ configuration: TuningConfiguration
    ) throws(CNIError) -> MACAddress? {
        if let mac = configuration.argumentsMAC { return mac }
        let capability = try decoding { () throws(JSONError) in
            try request.configuration.runtimeConfiguration.macAddress("mac")
        }
        if let capability { return capability }
        guard let text = request.arguments["MAC"], !text.isEmpty else { return configuration.mac }
        guard let mac = MACAddress(text) else {
            throw CNIError(.invalidEnvironment, "CNI_ARGS: MAC=\(text) is not a MAC address")
        }
        return mac
    }
}
