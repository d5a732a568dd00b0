// SPDX-License-Identifier: Apache-2.0
package import CNI

/// CNI type `static`: gives exactly the addresses that configuration or runtime name, and remembers nothing.
package enum StaticPlugin: CNIPlugin {
    package static let type = "static"

    package static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        try request.arguments.rejectUnknown(known: ["IP", "GATEWAY"])
        let configuration = try StaticConfiguration(request.configuration, request.arguments)
        return CNIResult(addresses: configuration.addresses, routes: configuration.routes, dns: configuration.dns)
    }

    package static func delete(_ request: CNIRequest) throws(CNIError) {}

    /// The result must still list every address.
    package static func check(_ request: CNIRequest) throws(CNIError) {
        let configuration = try StaticConfiguration(request.configuration, request.arguments)
        let listed = try request.requirePreviousResult().addresses
        for address in configuration.addresses where !listed.contains(where: { $0.prefix == address.prefix }) {
            throw CNIError(.drifted, "address \(address.prefix) is configured, and prevResult does not list it")
        }
    }

    package static func status(_ request: CNINetworkRequest) throws(CNIError) {
        do throws(CNIError) { _ = try StaticConfiguration(request.configuration, request.arguments) } catch {
            throw CNIError(.unavailable, error.message, details: error.details)
        }
    }
}
