// SPDX-License-Identifier: Apache-2.0

/// Names an attachment on a network: a container and the interface inside its sandbox.
package struct AttachmentID: Hashable, Comparable, Sendable {
    package let container: ContainerID
    package let interface: InterfaceName

    package init(container: ContainerID, interface: InterfaceName) {
        self.container = container
        self.interface = interface
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.container, left.interface) < (right.container, right.interface)
    }
}

extension AttachmentID: CustomStringConvertible {
    /// `container:interface`; a colon occurs in neither part, so the text is unambiguous.
    package var description: String { "\(container):\(interface)" }
}
