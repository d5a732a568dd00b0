// SPDX-License-Identifier: Apache-2.0
internal import CNI
package import JSON
package import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// What runtimes attached, as the CNI library remembers it for them: also with plugins that are not ours.
package enum ForeignAttachments {
    /// Those that are not among `recorded`, sorted by network and name. A file that is no such memory is skipped.
    static func list(_ layout: StateLayout, besides recorded: [EndpointView]) -> [EndpointView] {
        let known = Set(recorded.map { [$0.network.text, $0.attachment.description] })
        // Who may not look there sees nothing of it.
        let names = (try? File.list(layout.resultCache)) ?? []
        return names.compactMap { name in
            let path = layout.resultCache.appending(name)
            guard let bytes = try? File.read(path), let object = try? JSONObject(parsing: bytes),
                let modified = try? FileStatus.ofFile(at: path)?.modified
            else { return nil }
            return EndpointView(cached: object, since: modified)
        }
        .filter { !known.contains([$0.network.text, $0.attachment.description]) }
        .sorted { ($0.network, $0.title, $0.attachment) < ($1.network, $1.title, $1.attachment) }
    }
}

extension EndpointView {
    /// - Parameter cached: The object of the CNI library's cache, of kind `cniCacheV1`.
    package init?(cached object: JSONObject, since: Timestamp) {
        guard object["kind"] == "cniCacheV1",
            let network = object["networkName"]?.stringValue.flatMap({ NetworkName($0) }),
            let container = object["containerId"]?.stringValue.flatMap({ ContainerID($0) }),
            let interface = object["ifName"]?.stringValue.flatMap({ InterfaceName($0) }),
            let result = object["result"]?.objectValue.flatMap({ try? CNIResult(decoding: $0, assuming: .newest) })
        else { return nil }
        let own = result.interfaces.first { $0.name == interface.text && $0.sandbox != nil }
        self.network = network
        attachment = AttachmentID(container: container, interface: interface)
        hostInterface = result.interfaces.first { $0.name.hasPrefix("veth") && $0.sandbox == nil }
            .flatMap { InterfaceName($0.name) }
        name =
            (object["cniArgs"]?.arrayValue ?? []).lazy.compactMap(\.arrayValue)
            .first { $0.first == "K8S_POD_NAME" && $0.count == 2 }?.last?.stringValue
        addresses = result.addresses.map(\.prefix)
        mac = own?.mac
        let mappings = object["capabilityArgs"]?.objectValue?["portMappings"]?.arrayValue ?? []
        ports = mappings.compactMap { PublishedPort(mapping: $0) }
        created = since
        sandbox = own?.sandbox ?? ""
        let isGone = !sandbox.isEmpty && !File.exists(FilePath(sandbox))
        condition = isGone ? .gone : .foreign
    }
}
