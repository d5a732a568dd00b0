// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import NetworkTypes
package import SwnetPipeline
internal import SwnetState

/// Who may reach the network, and under which address its containers leave the host.
package struct IsolationStage: Stage {
    package static let section = "isolation"

    package let configuration: SwnetConfiguration

    package init(_ configuration: SwnetConfiguration) { self.configuration = configuration }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        guard let bridge = attachment.record.bridge else { return }
        if let name = configuration.containerName { attachment.record.name = name }
        attachment.record[stage: Self.section] = [:]
        let addresses = attachment.record.addresses
        attachment.plan(
            EndpointFilter(addresses: addresses.map(\.address), egress: egress), for: Self.section)
        attachment.plan(
            NetworkFilter(
                bridge: bridge, subnets: addresses.map(\.network), ingress: ingress,
                interContainer: configuration.interContainer ? .open : .isolated, guardsLoopback: true),
            for: Self.section)
    }

    private var egress: EndpointFilter.Egress {
        switch configuration.egress {
        case .none: .none
        case .masquerade: .masquerade
        case .fixed(let addresses): .fixed(addresses)
        }
    }

    private var ingress: NetworkFilter.Ingress {
        if configuration.isInternal { return .internal }
        return switch configuration.isolation {
        case .strict: .strict
        case .published: .published
        case .none: .open
        }
    }

    package func add(to attachment: Attachment) throws(CNIError) {}

    /// The firewall's part is withdrawn by the pipeline.
    package static func delete(from attachment: Attachment) throws(CNIError) {}

    package func check(_ attachment: Attachment) throws(CNIError) {}
}
