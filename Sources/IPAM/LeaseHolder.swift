// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Whom a lease file names.
package struct LeaseHolder: Hashable, Sendable {
    package let container: ContainerID
    /// Nil in leases of very old versions of host-local, which stand for every interface of the container.
    package let interface: InterfaceName?

    package init(container: ContainerID, interface: InterfaceName?) {
        self.container = container
        self.interface = interface
    }

    package init(_ attachment: AttachmentID) {
        self.init(container: attachment.container, interface: attachment.interface)
    }
}

extension LeaseHolder: CustomStringConvertible {
    package var description: String {
        interface.map { "container \(container), interface \($0)," } ?? "container \(container)"
    }
}
