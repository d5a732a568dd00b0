// SPDX-License-Identifier: Apache-2.0

/// A domain name: labels of any octets, compared without ASCII case, with the spelling that the sender chose.
///
/// Held as one array, uncompressed, the way it goes over the wire.
///
/// - SeeAlso: RFC 1035 section 3.1; RFC 4343.
package struct DomainName: Sendable {
    /// In octets on the wire, the root's included. RFC 1035 section 2.3.4.
    package static let maximumLength = 255
    package static let maximumLabelLength = 63
    package static let root = DomainName(validated: [0])

    /// Each label behind its length, closed by a zero octet.
    package let wire: [UInt8]

    /// - Parameter wire: Well formed, as its writer made sure.
    package init(validated wire: [UInt8]) { self.wire = wire }

    /// Nil when a label is empty or too long, or the whole name is.
    package init?(labels: some Sequence<some Collection<UInt8>>) {
        var wire: [UInt8] = []
        for label in labels {
            guard (1...Self.maximumLabelLength).contains(label.count) else { return nil }
            wire.append(UInt8(label.count))
            wire.append(contentsOf: label)
        }
        wire.append(0)
        guard wire.count <= Self.maximumLength else { return nil }
        self.wire = wire
    }

    package var isRoot: Bool { wire.count == 1 }

    /// From the leftmost to the one below the root.
    package var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var start = 0
        while wire[start] != 0 {
            let end = start + 1 + Int(wire[start])
            labels.append(wire[(start + 1)..<end])
            start = end
        }
        return labels
    }

    /// The name without its leftmost label; nil for the root.
    package var parent: DomainName? {
        isRoot ? nil : DomainName(validated: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// True when the octets are the same, case included.
    package func isSpelled(like other: DomainName) -> Bool { wire == other.wire }

    /// True for the domain itself and everything below it.
    package func isInside(_ domain: DomainName) -> Bool { offset(of: domain) != nil }

    /// What is left of `domain`: `web` for `web.example` in `example`. Nil when the name is not inside the domain; the
    /// root when it is the domain.
    package func relative(to domain: DomainName) -> DomainName? {
        guard let offset = offset(of: domain) else { return nil }
        var head = Array(wire[..<offset])
        head.append(0)
        return DomainName(validated: head)
    }

    /// The name with `domain` behind it; nil when that is too long.
    package func inside(_ domain: DomainName) -> DomainName? {
        guard wire.count - 1 + domain.wire.count <= Self.maximumLength else { return nil }
        return DomainName(validated: wire.dropLast() + domain.wire)
    }

    /// Where the labels of `domain` begin.
    private func offset(of domain: DomainName) -> Int? {
        let wanted = wire.count - domain.wire.count
        guard wanted >= 0 else { return nil }
        var start = 0
        while start < wanted { start += 1 + Int(wire[start]) }
        guard start == wanted else { return nil }
        for index in domain.wire.indices where Self.lowercase(wire[start + index]) != Self.lowercase(domain.wire[index])
        {
            return nil
        }
        return start
    }
}

extension DomainName {
    /// A length octet is at most 63, so whole names can go through it. RFC 4343 section 3.
    @inlinable @inline(__always)
    package static func lowercase(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }
}

extension DomainName: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        let count = left.wire.count
        guard count == right.wire.count else { return false }
        for index in 0..<count {
            let (a, b) = (left.wire[index], right.wire[index])
            if a != b, lowercase(a) != lowercase(b) { return false }
        }
        return true
    }

    /// Eight octets at a time: the standard library's seeded hash, because containers choose the names they ask for.
    package func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        var octets = 0
        for octet in wire {
            word = word << 8 | UInt64(Self.lowercase(octet))
            octets += 1
            if octets & 7 == 0 {
                hasher.combine(word)
                word = 0
            }
        }
        // The closing zero tells a full last word from a padded one.
        hasher.combine(word)
    }
}
