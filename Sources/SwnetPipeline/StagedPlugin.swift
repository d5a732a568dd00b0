// SPDX-License-Identifier: Apache-2.0
package import CNI
package import NetworkTypes

/// A CNI type that is made of stages.
package protocol StagedPlugin: CNIPlugin {
    static var role: Pipeline.Role { get }

    /// Every kind of stage this type can have, in the order of ADD: what DEL removes needs no configuration.
    static var kinds: [any Stage.Type] { get }

    /// The stages that the configuration asks for. Everything that can be wrong with it is found here.
    static func stages(for request: CNIRequest) throws(CNIError) -> [any Stage]
}

extension StagedPlugin {
    package static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        let stages = try stages(for: request)
        if role == .chained, stages.isEmpty { return try request.requirePreviousResult() }
        return try Pipeline(role, stages).add(request)
    }

    package static func delete(_ request: CNIRequest) throws(CNIError) {
        try Pipeline.delete(request, kinds)
    }

    package static func check(_ request: CNIRequest) throws(CNIError) {
        let stages = try stages(for: request)
        if stages.isEmpty {
            _ = try request.requirePreviousResult()
            return
        }
        try Pipeline(role, stages).check(request)
    }

    package static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        try Pipeline.collect(request.network, kinds, keeping: valid, layout: request.layout)
    }

    package static func status(_ request: CNINetworkRequest) throws(CNIError) { try Readiness.check(request.layout) }
}
