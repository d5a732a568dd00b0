// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import SwnetPipeline

/// CNI type `dnsname`: containers of a network find each other by name.
package enum DNSNamePlugin: StagedPlugin {
    package static let type = "dnsname"
    package static let role = Pipeline.Role.chained
    package static var kinds: [any Stage.Type] { [NameStage.self] }

    package static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage] {
        let reading = request.configuration
        return [
            NameStage(
                try decoding { () throws(JSONError) in
                    var configuration = NameConfiguration()
                    configuration.domain = try NameConfiguration.domain(reading.reader, "domainName")
                    configuration.upstreams = try NameConfiguration.servers(reading.reader, "remoteServers") ?? []
                    configuration.aliases = try NameConfiguration.aliases(
                        reading.runtimeConfiguration, of: request.network)
                    return configuration
                }, askedAt: .hostSide)
        ]
    }
}
