// SPDX-License-Identifier: Apache-2.0
package import CNI
package import SwnetState

extension CNIError {
    /// State that could not be read or written, as a runtime gets to see it.
    package init(_ error: StateError) {
        switch error {
        case .locked: self.init(.tryAgainLater, "\(error)")
        case .system(let failure): self.init(failure)
        default: self.init(.internalError, "\(error)")
        }
    }
}

/// Runs `body` under a lock of the state's, with errors of the protocol.
package func locked<Result>(_ body: () throws(LockedError<CNIError>) -> Result) throws(CNIError) -> Result {
    do throws(LockedError<CNIError>) { return try body() } catch {
        switch error {
        case .state(let error): throw CNIError(error)
        case .body(let error): throw error
        }
    }
}
