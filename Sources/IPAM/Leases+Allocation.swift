// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

extension Leases {
    /// Reserves one address of each of the plan's range sets for `owner`: all of them, or none when it throws.
    ///
    /// - Parameter wanted: Addresses asked for by name. Each set takes the first that lies in it; sets that none lies
    ///   in go on after the address that they handed out last.
    /// - Throws: ``IPAMError``: `duplicate` when the owner has an address already, whatever it asks for.
    package mutating func allocate(
        from plan: AddressPlan, to owner: LeaseOwner, requesting wanted: [IPAddress] = []
    ) throws(IPAMError) -> [Allocation] {
        let requests = try assign(wanted, in: plan)
        let earlier = try surviving(of: owner.attachment, in: plan)
        let staged = try stage(owner.attachment)
        var reserved: [IPAddress] = []
        defer { unstage() }
        do throws(IPAMError) {
            for (set, pool) in plan.pools.enumerated() {
                reserved.append(try reserve(from: pool, set: set, requested: requests[set]))
            }
            let addresses = reserved.map { IndexEntry.Address(address: $0, identity: staged) }
            try index.write(
                IndexEntry(
                    holder: LeaseHolder(owner.attachment), boot: boot, sandbox: owner.sandbox,
                    addresses: earlier + addresses), &work)
            for (set, address) in reserved.enumerated() { try remember(address, asLastOf: set) }
        } catch {
            for address in reserved { _ = try? removeFile(of: address) }  // the first error is the one to report
            restore(earlier, of: owner)
            throw error
        }
        return zip(plan.pools, reserved).compactMap { pool, address in
            guard let range = pool.range(containing: address) else { return nil }
            return IPPrefix(address, length: range.subnet.length).map {
                Allocation(address: $0, gateway: range.gateway)
            }
        }
    }

    /// Which set gets which requested address.
    private func assign(_ wanted: [IPAddress], in plan: AddressPlan) throws(IPAMError) -> [IPAddress?] {
        var rest: [IPAddress] = []
        for address in wanted where !rest.contains(address) { rest.append(address) }
        var requests: [IPAddress?] = []
        for pool in plan.pools {
            let position = rest.firstIndex { pool.range(containing: $0) != nil }
            let request = position.map { rest.remove(at: $0) }
            if let request, !pool.offers(request) {
                let isGateway = pool.ranges.contains { $0.gateway == request }
                throw isGateway ? .gateway(request) : .excluded(request)
            }
            requests.append(request)
        }
        guard rest.isEmpty else { throw .unassignable(rest) }
        return requests
    }

    /// What the attachment holds outside the plan, after its leases of an earlier boot were taken back.
    ///
    /// - Throws: ``IPAMError/duplicate(_:_:)`` when it holds an address of the plan. The reference does not look when an
    ///   address is requested; handing out a second one would leak the first.
    private mutating func surviving(
        of attachment: AttachmentID, in plan: AddressPlan
    ) throws(IPAMError) -> [IndexEntry.Address] {
        guard let entry = try entry(of: attachment) else { return [] }
        // The interface that used them is gone with the boot, whatever became of the sandbox's path since.
        let isOfEarlierBoot = entry.boot.map { $0 != boot } ?? false
        var kept: [IndexEntry.Address] = []
        for held in entry.addresses {
            guard let found = try read(held.address), found.content == .held(by: entry.holder) else { continue }
            if isOfEarlierBoot, held.identity == found.lease.identity {
                try removeFile(of: held.address)
            } else if plan.pools.contains(where: { $0.range(containing: held.address) != nil }) {
                throw .duplicate(held.address, attachment)
            } else {
                kept.append(held)
            }
        }
        return entry.holder.interface == nil ? [] : kept
    }

    /// Puts the index entry back as it was before a failed attempt.
    private func restore(_ earlier: [IndexEntry.Address], of owner: LeaseOwner) {
        var discarded = Work()
        let holder = LeaseHolder(owner.attachment)
        if earlier.isEmpty {
            _ = try? index.remove(holder, &discarded)  // the first error is the one to report
        } else {
            let entry = IndexEntry(holder: holder, boot: boot, sandbox: owner.sandbox, addresses: earlier)
            _ = try? index.write(entry, &discarded)  // the first error is the one to report
        }
    }

    /// Writes a lease of `attachment` where no address is named yet; giving it a name then takes one step.
    private mutating func stage(_ attachment: AttachmentID) throws(IPAMError) -> Lease.Identity {
        let path = index.stagingPath
        work.fileOperations += 1
        return try reporting { () throws(SystemError) in
            // One that a crash left may be a lease under another name already, so it must not be overwritten.
            try File.remove(path)
            let file = try OwnedDescriptor(
                opening: path, .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
            try file.writeAll(LeaseContent.encode(attachment), path.string)
            return Lease.Identity(try file.status(path.string))
        }
    }

    /// Removes a staged lease, also one that a crash left.
    mutating func unstage() {
        work.fileOperations += 1
        _ = try? File.remove(index.stagingPath)  // the next allocation removes it
    }

    /// Names the staged lease `address`. False when the address is taken.
    private mutating func claim(_ address: IPAddress) throws(IPAMError) -> Bool {
        work.fileOperations += 1
        do throws(SystemError) {
            index.breakSeal()
            try File.link(index.stagingPath, as: path(of: address))
            return true
        } catch {
            if error.isAlreadyExists { return false }
            throw .system(error)
        }
    }

    private mutating func reserve(
        from pool: AddressPool, set: Int, requested: IPAddress?
    ) throws(IPAMError) -> IPAddress {
        if let requested {
            if try claim(requested) { return requested }
            if let lease = try unreclaimable(requested) {
                throw .taken(requested, by: lease.holder, age: Timestamp.now().seconds - lease.since.seconds)
            }
            if try claim(requested) { return requested }
            throw .taken(requested, by: nil, age: 0)
        }
        let cursor = try lastReserved(of: set)
        var candidate = pool.next(after: cursor)
        for _ in 0..<Self.probes {
            guard let address = candidate else { throw .exhausted(pool) }
            if try claim(address) { return address }
            candidate = pool.next(after: address)
        }
        return try reserve(from: pool, after: cursor)
    }

    /// Attempts before looking at all leases at once. After a wrap-around taken addresses come in runs.
    private static var probes: Int { 8 }

    /// Finds a free address in a crowded pool; the time is proportional to the number of leases, not of addresses.
    private mutating func reserve(from pool: AddressPool, after cursor: IPAddress?) throws(IPAMError) -> IPAddress {
        let reserved = try reservedAddresses().filter { $0.family == pool.family }
        if let address = pool.firstFree(after: cursor, taken: reserved.map(\.value)), try claim(address) {
            return address
        }
        var remaining: [UInt128] = []
        for address in reserved {
            if pool.offers(address), try unreclaimable(address) == nil { continue }
            remaining.append(address.value)
        }
        if let address = pool.firstFree(after: cursor, taken: remaining), try claim(address) { return address }
        throw .exhausted(pool)
    }

    /// The address that set number `set` handed out last, requested or not.
    private mutating func lastReserved(of set: Int) throws(IPAMError) -> IPAddress? {
        work.fileOperations += 1
        let path = cursorPath(set)
        let bytes = try reporting { () throws(SystemError) in try File.readIfPresent(path, limit: 4096) }
        return bytes.flatMap { IPAddress(String(decoding: $0, as: UTF8.self)) }
    }

    /// In place: only holders of the lock read it, and a torn one merely starts the round anew.
    private mutating func remember(_ address: IPAddress, asLastOf set: Int) throws(IPAMError) {
        work.fileOperations += 1
        index.breakSeal()
        let path = cursorPath(set)
        try reporting { () throws(SystemError) in
            let file = try OwnedDescriptor(
                opening: path, .readWrite, options: .create, permissions: .ownerReadWrite)
            let previous = try file.status(path.string).size
            try file.overwrite(Array(address.description.utf8), previousCount: previous, path.string)
        }
    }

    private func cursorPath(_ set: Int) -> FilePath { directory.appending("last_reserved_ip.\(set)") }
}
