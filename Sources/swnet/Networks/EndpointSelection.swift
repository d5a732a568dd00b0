// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import NetworkTypes

/// What `ps --filter` says: `KEY=VALUE`.
package struct EndpointSelection: Hashable, Sendable {
    package enum Key: String, CaseIterable, Sendable {
        /// A part of the name.
        case name
        /// The beginning of the id.
        case id
        case network
        case condition
        /// One of the container's addresses.
        case address
    }

    package let key: Key
    package let value: String

    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, let key = Key(rawValue: String(parts[0])) else { return nil }
        if key == .condition, EndpointView.Condition(rawValue: String(parts[1])) == nil { return nil }
        self.key = key
        value = String(parts[1])
    }

    package func includes(_ view: EndpointView) -> Bool {
        switch key {
        case .name: view.name?.contains(value) ?? false
        case .id: view.attachment.container.text.hasPrefix(value)
        case .network: view.network.text == value
        case .condition: view.condition.rawValue == value
        case .address: view.addresses.contains { $0.address.description == value }
        }
    }
}

extension EndpointSelection: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension [EndpointSelection] {
    /// As in Docker: several values of one key are alternatives, several keys must all fit.
    package func includes(_ view: EndpointView) -> Bool {
        EndpointSelection.Key.allCases.allSatisfy { key in
            let selections = filter { $0.key == key }
            return selections.isEmpty || selections.contains { $0.includes(view) }
        }
    }
}
