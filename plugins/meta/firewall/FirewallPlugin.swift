// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import SwnetPipeline

/// CNI type `firewall`: isolation between bridges.
package enum FirewallPlugin: StagedPlugin {
    package static let type = "firewall"
    package static let role = Pipeline.Role.chained
    package static var kinds: [any Stage.Type] { [FirewallStage.self] }

    package static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage] {
        let configuration = try request.configuration.decode { reader throws(JSONError) in
            try FirewallConfiguration(reading: reader)
        }
        return configuration.ingressPolicy == .open ? [] : [FirewallStage(configuration.ingressPolicy)]
    }
}
