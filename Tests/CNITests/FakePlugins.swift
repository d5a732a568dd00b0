// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import SystemPackage

/// Passes the previous result on, or makes one from `address`, and warns about every verb that reaches it.
enum EchoPlugin: CNIPlugin {
    static let type = "echo"

    static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        request.warn("add \(request.network) \(request.attachment) \(request.netns?.string ?? "")")
        if let result = request.configuration.previousResult { return result }
        let addresses = try request.configuration.decode { reader throws(JSONError) in
            try (reader.array("addresses") ?? []).map { element throws(JSONError) in
                CNIResult.Address(try element.parse("a prefix") { IPPrefix($0) })
            }
        }
        return CNIResult(
            interfaces: [CNIResult.Interface(name: request.interface.text, sandbox: request.netns?.string)],
            addresses: addresses)
    }

    static func delete(_ request: CNIRequest) throws(CNIError) {
        let previous = request.configuration.previousResult.map { "\($0.addresses.count) addresses" } ?? "no result"
        request.warn("delete \(request.attachment) \(request.netns?.string ?? "none") \(previous)")
    }

    static func check(_ request: CNIRequest) throws(CNIError) { _ = try request.requirePreviousResult() }

    static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        request.warn("keep \(valid.sorted().map(\.description).joined(separator: " "))")
    }

    static func status(_ request: CNINetworkRequest) throws(CNIError) {
        request.warn("status \(request.network) \(request.path.map(\.string))")
    }
}

/// Fails at everything it can fail at; garbage collection and status it leaves to the defaults.
enum BrokenPlugin: CNIPlugin {
    static let type = "broken"
    private static let error = CNIError(.hostPortTaken, "host port 80 is taken", details: "by c2")

    static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult { throw error }
    static func delete(_ request: CNIRequest) throws(CNIError) { throw error }
    static func check(_ request: CNIRequest) throws(CNIError) { throw error }
}

/// Leaves everything to the plugin that `ipam` names.
enum DelegatingPlugin: CNIPlugin {
    static let type = "delegating"

    static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        try delegation(request.context).add(request)
    }

    static func delete(_ request: CNIRequest) throws(CNIError) { try delegation(request.context).delete(request) }

    static func check(_ request: CNIRequest) throws(CNIError) { try delegation(request.context).check(request) }

    static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        try delegation(request).collectGarbage(request, keeping: valid)
    }

    static func status(_ request: CNINetworkRequest) throws(CNIError) { try delegation(request).status(request) }

    private static func delegation(_ context: CNINetworkRequest) throws(CNIError) -> Delegation {
        try Delegation(to: context.configuration.addressManager() ?? "", for: context)
    }
}
