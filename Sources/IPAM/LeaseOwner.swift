// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Who asks for an address: an attachment and the sandbox that it lives in.
package struct LeaseOwner: Hashable, Sendable {
    package let attachment: AttachmentID
    /// CNI_NETNS as the runtime wrote it. Once it is gone after a reboot the lease can be taken back.
    package let sandbox: String

    package init(_ attachment: AttachmentID, sandbox: String) {
        self.attachment = attachment
        self.sandbox = sandbox
    }
}

/// An address that was handed out.
package struct Allocation: Hashable, Sendable {
    /// The address with the length of its subnet.
    package let address: IPPrefix
    package let gateway: IPAddress

    package init(address: IPPrefix, gateway: IPAddress) {
        self.address = address
        self.gateway = gateway
    }
}
