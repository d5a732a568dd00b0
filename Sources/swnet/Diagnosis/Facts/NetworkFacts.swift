// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes
package import SwnetPipeline
package import SwnetState
package import SystemPackage

/// A network as its configuration and its records describe it.
package struct NetworkFacts: Sendable {
    package let name: NetworkName
    /// Nil when only records are left of it.
    package var file: FilePath?
    package var plugins: [JSONObject] = []
    /// Nil while nothing is attached.
    package var record: NetworkRecord?
    package var endpoints: [EndpointFacts] = []

    package init(_ name: NetworkName) { self.name = name }

    package init(_ file: NetworkFile) {
        name = file.name
        self.file = file.path
        plugins = (file.configuration["plugins"]?.arrayValue ?? []).compactMap(\.objectValue)
    }
}

extension NetworkFacts {
    package var living: [EndpointFacts] { endpoints.filter { $0.condition == .living } }

    package var bridge: InterfaceName? {
        record?.bridge ?? plugins.lazy.compactMap { $0["bridge"]?.stringValue.flatMap { InterfaceName($0) } }.first
    }

    /// Every bridge that an attachment is on.
    package var bridges: [InterfaceName] {
        Set(living.compactMap(\.record.bridge) + [bridge].compactMap(\.self)).sorted()
    }

    package var filters: [NetworkFilter] { record?.networkFilters ?? [] }

    /// The subnets that are configured, else those in use.
    package var subnets: [IPPrefix] {
        let configured = UsedPrefix.subnets(of: ["plugins": .array(plugins.map { .object($0) })], named: name.text)
        return configured.isEmpty ? record?.subnets ?? [] : configured.map(\.prefix)
    }

    package var isInternal: Bool {
        filters.contains { $0.ingress == .internal } || plugins.contains { $0["internal"]?.boolValue == true }
    }

    /// Whether the bridge has the gateways' addresses.
    package var isGateway: Bool {
        if living.contains(where: { $0.record.type == "swnet" }) { return true }
        return plugins.contains { $0["isGateway"]?.boolValue == true || $0["isDefaultGateway"]?.boolValue == true }
    }

    /// Families of living attachments.
    package var families: [IPFamily] {
        let used = Set(living.flatMap { $0.record.addresses.map(\.family) })
        return IPFamily.allCases.filter(used.contains)
    }

    /// How the network is made anew with other subnets, by whoever made it.
    package var renewal: String {
        "swnet rm \(living.isEmpty ? "" : "--force ")\(name) && swnet create \(name)"
    }
}

/// A recorded attachment.
package struct EndpointFacts: Sendable {
    package enum Condition: Hashable, Sendable {
        case living
        case ofEarlierBoot
        /// Its sandbox exists no more.
        case withoutSandbox
    }

    package let record: EndpointRecord
    package let condition: Condition
    /// The interface in the sandbox; nil when it is gone or could not be looked at.
    package var inside: LinkFacts?

    package init(_ record: EndpointRecord, _ condition: Condition, inside: LinkFacts? = nil) {
        self.record = record
        self.condition = condition
        self.inside = inside
    }

    /// The name, or what stands for it.
    package var title: String { record.name ?? String(record.attachment.container.text.prefix(12)) }

    /// The first address of each family.
    package func address(_ family: IPFamily) -> IPAddress? {
        record.addresses.first { $0.family == family }?.address
    }
}
