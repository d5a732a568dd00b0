// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension LeaseDirectory {
    /// Every lease, sorted by address. Takes no lock and changes nothing, so one that comes or goes meanwhile may be among
    /// them or not; torn ones are none.
    package borrowing func list() throws(IPAMError) -> [Lease] {
        var leases = Leases(path, boot: boot)
        var found: [Lease] = []
        for address in try leases.reservedAddresses() {
            if let lease = try leases.lease(of: address) { found.append(lease) }
        }
        return found
    }
}
