// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import NetworkTypes

extension NetworkConfiguration {
    /// The attachments that GC must spare.
    ///
    /// Null and `[]` mean that none is valid. Nil when the runtime named no set at all, and then nothing may be removed.
    /// An early text of the specification had the second key.
    package func validAttachments() throws(CNIError) -> Set<AttachmentID>? {
        let keys = ["cni.dev/valid-attachments", "cni.dev/attachments"]
        guard let key = keys.first(where: { root.value(ignoringCaseOf: $0) != nil }) else { return nil }
        return try decode { reader throws(JSONError) in
            var valid: Set<AttachmentID> = []
            for element in try reader.array(key) ?? [] {
                let entry = try element.object()
                let container = try entry.required("containerID").string()
                let interface = try entry.required("ifname").string()
                // An invalid name cannot be one of ours, because ADD refuses it.
                guard let container = ContainerID(container), let interface = InterfaceName(interface) else { continue }
                valid.insert(AttachmentID(container: container, interface: interface))
            }
            return valid
        }
    }
}
