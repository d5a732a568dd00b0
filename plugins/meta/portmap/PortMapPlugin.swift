// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import SwnetPipeline

/// CNI type `portmap`: publishes ports of the container on the host.
package enum PortMapPlugin: StagedPlugin {
    package static let type = "portmap"
    package static let role = Pipeline.Role.chained
    package static var kinds: [any Stage.Type] { [PortMapStage.self] }

    package static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage] {
        let configuration = try request.configuration.decode { reader throws(JSONError) in
            try PortMapConfiguration(reading: reader)
        }
        let ports = try decoding { () throws(JSONError) in
            try PortMapping.read(request.configuration.runtimeConfiguration)
        }
        return ports.isEmpty ? [] : [PortMapStage(configuration, ports: ports)]
    }
}
