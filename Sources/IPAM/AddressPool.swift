// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A range set: the addresses of which an attachment gets one. Pure: no files, no clock.
///
/// Nothing here takes time in proportion to the size of a range; a `/64` is as fast as a `/29`.
package struct AddressPool: Hashable, Sendable {
    package let ranges: [AddressRange]
    /// What may be handed out, in the order in which it is: ranges without gateways and excluded addresses.
    private let stretches: [Stretch]

    /// Consecutive addresses of one range, as numbers of the pool's family.
    private struct Stretch: Hashable {
        let range: Int
        let values: ClosedRange<UInt128>
    }

    /// Most ranges of a set, and of all sets of a plan: comparing them costs the square of their number.
    package static let maximumRanges = 1024

    /// - Throws: ``IPAMError/invalid(_:)`` when there is no range or too many, or ranges overlap or are of different
    ///   families.
    package init(_ ranges: [AddressRange]) throws(IPAMError) {
        guard let first = ranges.first else { throw .invalid("empty range set") }
        guard ranges.count <= Self.maximumRanges else { throw .invalid("more than \(Self.maximumRanges) ranges") }
        guard ranges.allSatisfy({ $0.family == first.family }) else { throw .invalid("mixed address families") }
        for (position, range) in ranges.enumerated() {
            for other in ranges[..<position] where range.overlaps(other) {
                throw .invalid("subnets \(other) and \(range) overlap")
            }
        }
        self.ranges = ranges
        family = first.family
        let withheld = ranges.flatMap { [IPPrefix(host: $0.gateway)] + $0.excluded }.filter {
            $0.family == first.family
        }
        let gaps = merged(withheld.map(\.values))
        stretches = ranges.enumerated().flatMap { position, range in
            range.values.subtracting(gaps).map { Stretch(range: position, values: $0) }
        }
    }

    package let family: IPFamily

    /// The range that `address` lies in, whether it may be handed out or not.
    package func range(containing address: IPAddress) -> AddressRange? { ranges.first { $0.contains(address) } }

    /// True when `address` may be handed out.
    package func offers(_ address: IPAddress) -> Bool {
        address.family == family && stretches.contains { $0.values.contains(address.value) }
    }

    package func overlaps(_ other: AddressPool) -> Bool {
        ranges.contains { range in other.ranges.contains(where: range.overlaps) }
    }

    /// Number of addresses in the ranges; saturates at 2¹²⁸-1.
    package var total: UInt128 { ranges.reduce(0) { $0.addingSaturated($1.values.countSaturated) } }

    /// Number of addresses that may be handed out; saturates at 2¹²⁸-1.
    package var usable: UInt128 { stretches.reduce(0) { $0.addingSaturated($1.values.countSaturated) } }

    /// The address handed out after `cursor`, the first one when `cursor` is nil or outside the ranges; wraps around.
    /// Nil when nothing can be handed out at all.
    package func next(after cursor: IPAddress?) -> IPAddress? {
        itinerary(after: cursor).first.flatMap { IPAddress($0.lowerBound, family) }
    }

    /// The first address after `cursor`, wrapping around once, that is not in `taken`; nil when all are.
    ///
    /// - Parameter taken: Numbers of addresses of this family, sorted. The time is proportional to their count.
    package func firstFree(after cursor: IPAddress?, taken: [UInt128]) -> IPAddress? {
        for values in itinerary(after: cursor) {
            var candidate = values.lowerBound
            var position = taken.partitioningIndex { $0 >= candidate }
            while position < taken.count, taken[position] == candidate {
                guard candidate < values.upperBound else { break }
                candidate += 1
                while position < taken.count, taken[position] < candidate { position += 1 }
            }
            if position == taken.count || taken[position] != candidate { return IPAddress(candidate, family) }
        }
        return nil
    }

    /// Every stretch once, in visiting order: from behind the cursor around to the cursor itself.
    private func itinerary(after cursor: IPAddress?) -> [ClosedRange<UInt128>] {
        guard let cursor, let range = ranges.firstIndex(where: { $0.contains(cursor) }) else {
            return stretches.map(\.values)
        }
        var ahead: [ClosedRange<UInt128>] = []
        var behind: [ClosedRange<UInt128>] = []
        for stretch in stretches {
            let (lower, upper) = (stretch.values.lowerBound, stretch.values.upperBound)
            if stretch.range > range || stretch.range == range && lower > cursor.value {
                ahead.append(stretch.values)
            } else if stretch.range < range || upper <= cursor.value {
                behind.append(stretch.values)
            } else {
                ahead.append(cursor.value + 1...upper)
                behind.append(lower...cursor.value)
            }
        }
        return ahead + behind
    }
}

extension AddressPool: CustomStringConvertible {
    /// `10.9.0.1-10.9.0.254,10.10.0.1-10.10.0.254`.
    package var description: String { ranges.map(\.description).joined(separator: ",") }
}

extension AddressRange {
    fileprivate var values: ClosedRange<UInt128> { start.value...end.value }
}

extension IPPrefix {
    fileprivate var values: ClosedRange<UInt128> { first.value...last.value }
}

/// The same numbers in as few ranges as possible, ascending.
private func merged(_ ranges: [ClosedRange<UInt128>]) -> [ClosedRange<UInt128>] {
    var merged: [ClosedRange<UInt128>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if let last = merged.last, range.lowerBound <= last.upperBound {
            merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
            merged.append(range)
        }
    }
    return merged
}

extension ClosedRange<UInt128> {
    /// What `gaps`, disjoint and ascending, leave of this range, ascending.
    fileprivate func subtracting(_ gaps: [Self]) -> [Self] {
        var rest: [Self] = []
        var start = lowerBound
        for gap in gaps[gaps.partitioningIndex { $0.upperBound >= lowerBound }...] {
            guard gap.lowerBound <= upperBound else { break }
            if gap.lowerBound > start { rest.append(start...gap.lowerBound - 1) }
            guard gap.upperBound < upperBound else { return rest }
            start = gap.upperBound + 1
        }
        rest.append(start...upperBound)
        return rest
    }

    fileprivate var countSaturated: UInt128 { (upperBound - lowerBound).addingSaturated(1) }
}

extension UInt128 {
    fileprivate func addingSaturated(_ other: UInt128) -> UInt128 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension Array {
    /// The first position of a sorted array whose element satisfies `predicate`, by bisection.
    fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
