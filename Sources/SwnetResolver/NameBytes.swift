// SPDX-License-Identifier: Apache-2.0
internal import DNSWire

// Names inside larger arrays, so that a question can be looked up where it lies.
extension [UInt8] {
    /// Where the labels of `domain` begin in those of `name`, both without the root's; nil when the name is not inside the
    /// domain.
    @inline(__always)
    func start(of domain: DomainName, in name: Range<Int>) -> Int? {
        let wire = domain.wire
        let start = name.upperBound - (wire.count - 1)
        guard start >= name.lowerBound else { return nil }
        for index in 0..<wire.count - 1
        where DomainName.lowercase(self[start + index]) != DomainName.lowercase(wire[index]) { return nil }
        // The octets may be the domain's and still be in the middle of a label.
        var cursor = name.lowerBound
        while cursor < start { cursor += 1 + Int(self[cursor]) }
        return cursor == start ? start : nil
    }
}
