// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

extension EndpointStore.Listing {
    /// The endpoints that `text` means: a container's name, or the beginning of its id. Several interfaces of one
    /// container are several endpoints.
    ///
    /// - Parameter text: At least one character. A name that matches exactly counts before an id's beginning.
    package func endpoints(named text: String) -> [EndpointRecord] {
        guard !text.isEmpty else { return [] }
        let byName = endpoints.filter { $0.name == text || $0.attachment.container.text == text }
        return byName.isEmpty ? endpoints.filter { $0.attachment.container.text.hasPrefix(text) } : byName
    }

    package func endpoint(at address: IPAddress) -> EndpointRecord? {
        endpoints.first { $0.addresses.contains { $0.address == address } }
    }

    /// The endpoint whose published port stands in the way of `port`.
    package func endpoint(publishing port: PublishedPort) -> EndpointRecord? {
        endpoints.first { $0.ports.contains { $0.conflicts(with: port) } }
    }

    /// The endpoints of an earlier boot, and those whose sandbox is gone.
    package func stale(in currentBoot: String) -> [EndpointRecord] { endpoints.filter { $0.isStale(in: currentBoot) } }
}
