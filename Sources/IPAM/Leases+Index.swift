// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes

extension Leases {
    /// Makes the index complete, anew when somebody else changed the leases or this is the first time after a boot.
    mutating func prepareIndex() throws(IPAMError) {
        let isComplete: Bool
        do throws(SystemError) { isComplete = try index.isComplete() } catch { throw .system(error) }
        guard !isComplete else { return }
        try index.makeDirectory()
        try rebuildIndex()
        index.becomeComplete()
    }

    /// Brings every entry into agreement with the lease files and removes files that a crash left empty.
    private mutating func rebuildIndex() throws(IPAMError) {
        var held: [LeaseHolder: [Lease]] = [:]
        for address in try reservedAddresses() {
            guard let found = try read(address) else { continue }
            switch found.content {
            case .held(let holder): held[holder, default: []].append(found.lease)
            case .torn: try removeFile(of: address)
            case .unknown: continue
            }
        }
        for name in try index.names(&work) {
            let known = try index.entry(named: name, &work)
            guard let known, known.fileName == name, let actual = held.removeValue(forKey: known.holder) else {
                try index.remove(named: name, &work)
                continue
            }
            let corrected = known.holding(actual)
            if corrected != known { try index.write(corrected, &work) }
        }
        for (holder, actual) in held {
            try index.write(IndexEntry(holder: holder, addresses: []).holding(actual), &work)
        }
    }
}

extension IndexEntry {
    /// The same entry for what the holder really has. An address keeps its boot and sandbox only while its file is the
    /// one that we made: the reference may have released and reserved it again since.
    fileprivate func holding(_ leases: [Lease]) -> IndexEntry {
        let known = Set(addresses)
        var entry = self
        entry.addresses = leases.map { lease in
            let ours = Address(address: lease.address, identity: lease.identity)
            return known.contains(ours) ? ours : Address(address: lease.address, identity: nil)
        }
        return entry
    }
}
