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

    /// The addresses that serve nobody: of leases whose sandbox is gone and whose attachment is none of `recorded`, and of
    /// torn ones. What another program leased is never among them, since it does not tell its sandbox.
    package mutating func dead(besides recorded: Set<AttachmentID>) throws(IPAMError) -> [IPAddress] {
        try prepareIndex()
        let containers = Set(recorded.map(\.container))
        var dead: [IPAddress] = []
        for address in try reservedAddresses() {
            guard let found = try read(address) else { continue }
            if let holder = found.lease.holder {
                let isRecorded =
                    holder.interface.map { recorded.contains(AttachmentID(container: holder.container, interface: $0)) }
                    ?? containers.contains(holder.container)
                if isRecorded { continue }
            }
            if try isDead(found) { dead.append(address) }
        }
        return dead
    }

    /// Takes back what ``dead(besides:)`` tells.
    package mutating func collectDead(besides recorded: Set<AttachmentID>) throws(IPAMError) -> [IPAddress] {
        let dead = try dead(besides: recorded)
        for address in dead {
            let holder = try read(address)?.lease.holder
            try removeFile(of: address)
            // One sandbox is gone for all addresses of its attachment.
            if let holder { try index.remove(holder, &work) }
        }
        return dead
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
        if found.content == .torn { return true }
        return try indexEntry(of: found)?.isStale(in: boot) ?? false
    }

    private mutating func isDead(_ found: (lease: Lease, content: LeaseContent)) throws(IPAMError) -> Bool {
        if found.content == .torn { return true }
        return try indexEntry(of: found)?.isAbandoned(in: boot) ?? false
    }

    /// What the index has of the very lease that was found.
    private mutating func indexEntry(
        of found: (lease: Lease, content: LeaseContent)
    ) throws(IPAMError) -> IndexEntry? {
        guard let holder = found.lease.holder, let entry = try index.entry(of: holder, &work) else { return nil }
        let ours = IndexEntry.Address(address: found.lease.address, identity: found.lease.identity)
        return entry.addresses.contains(ours) ? entry : nil
    }
}
