// SPDX-License-Identifier: Apache-2.0
package import CNI
package import LinuxSystem
internal import SystemPackage

extension CNIError {
    /// A system call that failed, as a runtime gets to see it.
    package init(_ error: SystemError) {
        switch error.errno {
        case .wouldBlock: self.init(.tryAgainLater, "\(error): another process holds it for too long")
        case .notPermitted, .permissionDenied: self.init(.internalError, "\(error): run as root")
        default: self.init(.internalError, "\(error)")
        }
    }
}

/// Runs `body`; what the system refused becomes an error of the protocol.
package func calling<Result>(_ body: () throws(SystemError) -> Result) throws(CNIError) -> Result {
    do throws(SystemError) { return try body() } catch { throw CNIError(error) }
}
