// SPDX-License-Identifier: Apache-2.0
package import CNI
package import IPAM
internal import LinuxSystem
package import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Leases of attachments in the store that host-local uses, for whichever type hands out addresses of its own ranges.
///
/// `dataDirectory` is the store of all networks; the empty string stands for the default.
package enum Leasing {
    /// Reserves one address of each of the plan's range sets: all of them, or none when it throws.
    ///
    /// - Parameter wanted: Addresses asked for by name; see ``CNIRequest/requestedAddresses()``.
    /// - Throws: Code 100 when a set is exhausted, 101 when a wanted address belongs to somebody else.
    package static func obtain(
        from plan: AddressPlan, for request: CNIRequest, requesting wanted: [IPAddress] = [], dataDirectory: String
    ) throws(CNIError) -> [CNIResult.Address] {
        let owner = LeaseOwner(request.attachment, sandbox: request.netns?.string ?? "")
        let directory = try directory(of: request.network, in: dataDirectory)
        return try managing { () throws(IPAMError) in
            try directory.withExclusiveLock { leases throws(IPAMError) in
                try leases.allocate(from: plan, to: owner, requesting: wanted)
            }
        }.map { CNIResult.Address($0.address, gateway: $0.gateway) }
    }

    /// Gives back what the attachment holds, and returns it; nothing held is success.
    @discardableResult
    package static func release(
        _ attachment: AttachmentID, on network: NetworkName, dataDirectory: String
    ) throws(CNIError) -> [IPAddress] {
        let directory = try directory(of: network, in: dataDirectory)
        return try managing { () throws(IPAMError) in
            try directory.withExclusiveLockIfPresent { leases throws(IPAMError) in
                try leases.release(heldBy: attachment)
            }
        } ?? []
    }

    /// Checks that the attachment holds the addresses of the plan that its result lists, and at least one.
    ///
    /// - Throws: Code 104, with the address that it does not hold.
    package static func check(
        _ request: CNIRequest, against plan: AddressPlan, dataDirectory: String
    ) throws(CNIError) {
        let listed = try request.requirePreviousResult().addresses.map(\.prefix.address)
            .filter { address in plan.pools.contains { $0.range(containing: address) != nil } }
        let directory = try directory(of: request.network, in: dataDirectory)
        let held = try managing { () throws(IPAMError) in
            try directory.withExclusiveLockIfPresent { leases throws(IPAMError) in
                try leases.addresses(heldBy: request.attachment)
            }
        }
        let owner = "container \(request.containerID), interface \(request.interface)"
        if let lost = listed.first(where: { !(held ?? []).contains($0) }) {
            throw CNIError(.drifted, "address \(lost) is not leased to \(owner) any more: run DEL, then ADD")
        }
        guard let held, !held.isEmpty else {
            throw CNIError(.drifted, "no address of network \(request.network) is leased to \(owner)")
        }
    }

    /// Takes back what belongs to no attachment in `valid`, and returns it. Leases without a recognisable owner stay.
    @discardableResult
    package static func collect(
        _ network: NetworkName, keeping valid: Set<AttachmentID>, dataDirectory: String
    ) throws(CNIError) -> [IPAddress] {
        let directory = try directory(of: network, in: dataDirectory)
        return try managing { () throws(IPAMError) in
            try directory.withExclusiveLockIfPresent { leases throws(IPAMError) in
                try leases.collect(keeping: valid)
            }
        } ?? []
    }

    /// Succeeds when ADD would find an address in every set of the plan.
    ///
    /// - Throws: Code 50, with the set that is exhausted.
    package static func requireFree(
        in plan: AddressPlan, of network: NetworkName, dataDirectory: String
    ) throws(CNIError) {
        let directory = try directory(of: network, in: dataDirectory)
        guard File.canCreate(below: directory.path) else {
            throw CNIError(.unavailable, "leases cannot be written to \(directory.path)")
        }
        let exhausted = try managing { () throws(IPAMError) in
            try directory.withExclusiveLockIfPresent { leases throws(IPAMError) in
                try leases.exhausted(in: plan)
            }
        }
        if let pool = exhausted?.first { throw CNIError(.unavailable, "\(IPAMError.exhausted(pool))") }
    }

    private static func directory(
        of network: NetworkName, in dataDirectory: String
    ) throws(CNIError) -> LeaseDirectory {
        do throws(SystemError) {
            return LeaseDirectory(
                StateLayout(leaseDirectory: dataDirectory).leaseDirectory, network: network,
                boot: try BootIdentity.current())
        } catch { throw CNIError(.internalError, "\(error)") }
    }
}
