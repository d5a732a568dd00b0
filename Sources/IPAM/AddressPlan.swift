// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// Every range set of a network. An attachment gets one address of each.
package struct AddressPlan: Hashable, Sendable {
    package let pools: [AddressPool]

    /// - Throws: ``IPAMError/invalid(_:)`` when there is no set, two of them overlap, or there are more ranges in all
    ///   than ``AddressPool/maximumRanges``.
    package init(_ pools: [AddressPool]) throws(IPAMError) {
        guard !pools.isEmpty else { throw .invalid("no IP ranges specified") }
        guard pools.reduce(0, { $0 + $1.ranges.count }) <= AddressPool.maximumRanges else {
            throw .invalid("more than \(AddressPool.maximumRanges) ranges")
        }
        for (position, pool) in pools.enumerated() {
            for (earlier, other) in pools[..<position].enumerated() where pool.overlaps(other) {
                throw .invalid("range set \(earlier) overlaps with \(position)")
            }
        }
        self.pools = pools
    }

    /// Builds the sets one by one, so that the error says which one is wrong.
    package init(ranges sets: [[AddressRange]]) throws(IPAMError) {
        var pools: [AddressPool] = []
        for (position, ranges) in sets.enumerated() {
            do throws(IPAMError) { pools.append(try AddressPool(ranges)) } catch {
                guard case .invalid(let reason) = error else { throw error }
                throw .invalid("invalid range set \(position): \(reason)")
            }
        }
        try self.init(pools)
    }

    /// True when some family gets more than one address, which results below CNI 0.3.0 cannot hold.
    package var hasSeveralAddressesPerFamily: Bool { Set(pools.map(\.family)).count < pools.count }
}
