// SPDX-License-Identifier: Apache-2.0
package import CNI
package import NetworkTypes
internal import SwnetPipeline

/// CNI type `host-local`: hands out addresses of configured ranges and remembers them in files of this host.
package enum HostLocalPlugin: LeasingPlugin {
    package static let type = "host-local"

    package static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        try request.arguments.rejectUnknown(known: ["IP"])
        let configuration = try HostLocalConfiguration(request.configuration)
        // Before anything is reserved, so that there is nothing to undo.
        let dns = try configuration.dns()
        let addresses = try Leasing.obtain(
            from: configuration.plan, for: request, requesting: try request.requestedAddresses(),
            dataDirectory: configuration.dataDirectory)
        return CNIResult(addresses: addresses, routes: configuration.routes, dns: dns)
    }

    package static func dataDirectory(_ configuration: NetworkConfiguration) -> String {
        HostLocalConfiguration.dataDirectory(evenIfInvalid: configuration) { _ in }
    }

    package static func delete(_ request: CNIRequest) throws(CNIError) {
        let directory = HostLocalConfiguration.dataDirectory(evenIfInvalid: request.configuration, warn: request.warn)
        try Leasing.release(request.attachment, on: request.network, dataDirectory: directory)
    }

    package static func check(_ request: CNIRequest) throws(CNIError) {
        let configuration = try HostLocalConfiguration(request.configuration)
        try Leasing.check(request, against: configuration.plan, dataDirectory: configuration.dataDirectory)
    }

    package static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        let directory = HostLocalConfiguration.dataDirectory(evenIfInvalid: request.configuration, warn: request.warn)
        try Leasing.collect(request.network, keeping: valid, dataDirectory: directory)
    }

    package static func status(_ request: CNINetworkRequest) throws(CNIError) {
        do throws(CNIError) {
            let configuration = try HostLocalConfiguration(request.configuration)
            _ = try configuration.dns()
            try Leasing.requireFree(
                in: configuration.plan, of: request.network, dataDirectory: configuration.dataDirectory)
        } catch {
            guard error.code != .tryAgainLater else { throw error }
            throw CNIError(.unavailable, error.message, details: error.details)
        }
    }
}
