// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import NFTables

extension CNIError {
    /// What the firewall could not do, as a runtime gets to see it.
    package init(_ error: FirewallError) {
        switch error {
        case .portTaken: self.init(.hostPortTaken, "\(error): publish another port or remove that container")
        case .state(let failure): self.init(failure)
        case .nftables(let failure) where failure.isPermissionDenied:
            self.init(.internalError, "\(error): the firewall can only be changed with CAP_NET_ADMIN; run as root")
        case .nftables, .kernelLacksSupport: self.init(.internalError, "\(error)")
        }
    }
}
