// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes

extension Leases {
    /// Every lease, those of unknown owners included.
    package mutating func all() throws(IPAMError) -> [Lease] {
        var leases: [Lease] = []
        for address in try reservedAddresses() {
            if let lease = try lease(of: address) { leases.append(lease) }
        }
        return leases
    }

    /// Takes back every lease whose attachment is not in `valid`. Leases that name no owner are never touched.
    package mutating func collect(keeping valid: Set<AttachmentID>) throws(IPAMError) -> [IPAddress] {
        try prepareIndex()
        let containers = Set(valid.map(\.container))
        var collected: [IPAddress] = []
        for lease in try all() {
            guard let holder = lease.holder else { continue }
            let isValid =
                holder.interface.map { valid.contains(AttachmentID(container: holder.container, interface: $0)) }
                ?? containers.contains(holder.container)
            guard !isValid else { continue }
            try removeFile(of: lease.address)
            try index.remove(holder, &work)
            collected.append(lease.address)
        }
        return collected
    }

    /// Takes back every lease of an earlier boot whose sandbox is gone.
    package mutating func collectStale() throws(IPAMError) -> [IPAddress] {
        try prepareIndex()
        var collected: [IPAddress] = []
        for address in try reservedAddresses() where try unreclaimable(address) == nil { collected.append(address) }
        return collected
    }

    /// The sets of the plan that have no address left for ADD, counting what ADD would take back as free.
    package mutating func exhausted(in plan: AddressPlan) throws(IPAMError) -> [AddressPool] {
        try prepareIndex()
        let reserved = try reservedAddresses()
        var exhausted: [AddressPool] = []
        for pool in plan.pools {
            let taken = reserved.filter { $0.family == pool.family }
            guard pool.firstFree(after: nil, taken: taken.map(\.value)) == nil else { continue }
            var hasStale = false
            for address in taken where pool.offers(address) && !hasStale {
                guard let found = try read(address) else { continue }
                hasStale = try isStale(found)
            }
            if !hasStale { exhausted.append(pool) }
        }
        return exhausted
    }

    /// Takes `address` back if nobody is left who uses it; otherwise returns its lease.
    mutating func unreclaimable(_ address: IPAddress) throws(IPAMError) -> Lease? {
        try prepareIndex()
        guard let found = try read(address) else { return nil }
        guard try isStale(found) else { return found.lease }
        try removeFile(of: address)
        // The rest of the entry is as stale; what it still lists is compared with the files before it is used.
        return nil
    }

    private mutating func isStale(_ found: (lease: Lease, content: LeaseContent)) throws(IPAMError) -> Bool {
        switch found.content {
        case .torn: return true
        case .unknown: return false
        case .held(let holder):
            guard let entry = try index.entry(of: holder, &work) else { return false }
            let ours = IndexEntry.Address(address: found.lease.address, identity: found.lease.identity)
            return entry.addresses.contains(ours) && entry.isStale(in: boot)
        }
    }
}
