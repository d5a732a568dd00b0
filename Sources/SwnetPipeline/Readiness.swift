// SPDX-License-Identifier: Apache-2.0
package import CNI
package import SwnetState

/// STATUS: whether the kernel lets us do what an ADD needs.
package enum Readiness {
    /// - Throws: Code 50, with the reason for which ADD would fail.
    package static func check(_ layout: StateLayout) throws(CNIError) {
        do throws(FirewallError) {
            var session = try FirewallSession(layout)
            _ = try session.hasSkeleton()
        } catch { throw CNIError(.unavailable, CNIError(error).message) }
    }
}
