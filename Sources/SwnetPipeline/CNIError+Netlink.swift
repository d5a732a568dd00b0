// SPDX-License-Identifier: Apache-2.0
package import CNI
package import Netlink

extension CNIError {
    /// What the kernel refused over rtnetlink, as a runtime gets to see it.
    package init(_ error: NetlinkError) {
        if error.isPermissionDenied {
            self.init(
                .internalError, "\(error): network interfaces can only be changed with CAP_NET_ADMIN; run as root")
        } else if error.isBusy {
            self.init(.tryAgainLater, "\(error)")
        } else if error.isNotSupported {
            self.init(.internalError, "\(error): this kernel lacks what the configuration asks for")
        } else {
            self.init(.internalError, "\(error)")
        }
    }
}
