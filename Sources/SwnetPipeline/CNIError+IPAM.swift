// SPDX-License-Identifier: Apache-2.0
package import CNI
package import IPAM

extension CNIError {
    /// An address that could not be had or given back, as a runtime gets to see it.
    package init(_ error: IPAMError) {
        let code: Code =
            switch error {
            case .invalid, .gateway, .excluded, .unassignable: .invalidConfiguration
            case .exhausted: .addressesExhausted
            case .taken: .addressTaken
            case .locked: .tryAgainLater
            case .duplicate: .alreadyLeased
            case .system: .internalError
            }
        self.init(code, "\(error)")
    }
}

/// Runs `body`; what is wrong with addresses becomes an error of the protocol.
func managing<Result>(_ body: () throws(IPAMError) -> Result) throws(CNIError) -> Result {
    do throws(IPAMError) { return try body() } catch { throw CNIError(error) }
}
