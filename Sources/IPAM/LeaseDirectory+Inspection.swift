// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

extension LeaseDirectory {
    /// The addresses that serve nobody: of torn leases, and of those whose sandbox is gone and whose attachment is none of
    /// `recorded`. Takes no lock and changes nothing, so a lease that comes or goes meanwhile may be among them or not.
    ///
    /// What another program leased is never among them, since it does not tell its sandbox.
    package borrowing func abandoned(besides recorded: Set<AttachmentID>) throws(IPAMError) -> [IPAddress] {
        var leases = Leases(path, boot: boot)
        return try leases.abandoned(besides: recorded)
    }
}

extension Leases {
    fileprivate mutating func abandoned(besides recorded: Set<AttachmentID>) throws(IPAMError) -> [IPAddress] {
        var abandoned: [IPAddress] = []
        for address in try reservedAddresses() {
            guard let found = try read(address) else { continue }
            if found.content == .torn { abandoned.append(address) }
            guard let holder = found.lease.holder, let interface = holder.interface,
                !recorded.contains(AttachmentID(container: holder.container, interface: interface)),
                let entry = try index.entry(of: holder, &work), entry.isAbandoned(in: boot)
            else { continue }
            let ours = IndexEntry.Address(address: address, identity: found.lease.identity)
            if entry.addresses.contains(ours) { abandoned.append(address) }
        }
        return abandoned
    }
}
