// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// The endpoints of all networks, found by container, address and name. Adding or removing one costs the same whatever
/// else is there.
///
/// Ten thousand endpoints are three arrays, not a hundred thousand objects: the octets of all, a node for every field by
/// which an endpoint is found, and the nodes by their hash. Nodes of fields with the same content are in a ring, oldest
/// first, of which the index knows the first. What is removed stays behind until there is more of it than of the rest.
///
/// An endpoint is called by the number of its first node; that holds until the table changes.
struct EndpointTable: Sendable {
    typealias Field = PackedEndpoint.Field

    /// In sixteen octets.
    private struct Node {
        private static let deadBit: UInt32 = 1 << 3
        private static let markBit: UInt32 = 1 << 4
        private static let flagBits: UInt32 = 5

        /// Zone, flags, field.
        private var tag: UInt32
        /// Of the field's length in ``octets``; its content is behind that.
        let start: UInt32
        var next: UInt32
        var previous: UInt32

        init(_ field: Field, zone: UInt32, start: Int, number: Int) {
            tag = zone << Self.flagBits | UInt32(field.rawValue)
            self.start = UInt32(start)
            next = UInt32(number)
            previous = UInt32(number)
        }

        /// Nil when the endpoint is gone.
        var field: Field? { isDead ? nil : Field(rawValue: UInt8(tag & 7)) }

        /// The first of its endpoint, dead or not.
        var isFirst: Bool { tag & 7 == UInt32(Field.container.rawValue) }

        /// True when it is a live one of this kind and zone.
        @inline(__always)
        func isFound(_ field: Field, in zone: UInt32) -> Bool {
            tag & ~Self.markBit == zone << Self.flagBits | UInt32(field.rawValue)
        }

        var zone: UInt32 { tag >> Self.flagBits }

        var isDead: Bool {
            get { tag & Self.deadBit != 0 }
            set { tag = newValue ? tag | Self.deadBit : tag & ~Self.deadBit }
        }

        /// True from ``mark(zone:)`` on.
        var isMarked: Bool {
            get { tag & Self.markBit != 0 }
            set { tag = newValue ? tag | Self.markBit : tag & ~Self.markBit }
        }
    }

    private(set) var octets: [UInt8] = []
    private var nodes: [Node] = []
    private var index = HashIndex()
    private let key = SeededHash.Key.random()
    private var deadNodes = 0

    /// Puts an endpoint behind all others. That it is not there yet is up to the caller.
    mutating func insert(_ endpoint: PackedEndpoint, zone: Int) {
        insert(endpoint.octets, endpoint.octets.indices, zone: UInt32(zone), isMarked: false)
    }

    mutating func remove(_ endpoint: Int) {
        for number in nodeRange(endpoint) { unlink(number) }
        if deadNodes > 64, deadNodes * 2 > nodes.count { rebuild() }
    }

    /// True when the endpoint is exactly this.
    func isSame(_ endpoint: Int, as other: PackedEndpoint) -> Bool {
        octets[octetRange(endpoint)].elementsEqual(other.octets)
    }

    func zone(of endpoint: Int) -> Int { Int(nodes[endpoint].zone) }

    /// Marks the endpoints of a zone.
    mutating func mark(zone: Int) {
        for number in nodes.indices where isEndpoint(number, of: zone) { nodes[number].isMarked = true }
    }

    mutating func unmark(_ endpoint: Int) { nodes[endpoint].isMarked = false }

    /// Removes the endpoints of a zone, or those that are marked; returns how many.
    mutating func removeAll(of zone: Int, onlyMarked: Bool = false) -> Int {
        var count = 0
        for endpoint in nodes.indices where isEndpoint(endpoint, of: zone) {
            if onlyMarked, !nodes[endpoint].isMarked { continue }
            for number in nodeRange(endpoint) { unlink(number) }
            count += 1
        }
        if deadNodes * 2 > nodes.count { rebuild() }
        return count
    }

    private func isEndpoint(_ number: Int, of zone: Int) -> Bool {
        nodes[number].field == .container && Int(nodes[number].zone) == zone
    }
}

// Looking up.
extension EndpointTable {
    /// The endpoint of an attachment.
    ///
    /// - Parameter packed: Whose first two fields are compared.
    func endpoint(_ packed: PackedEndpoint, zone: Int) -> Int? {
        let (container, interface) = (
            packed.octets.content(at: 1), packed.octets.content(behind: packed.octets.content(at: 1))
        )
        var found: Int?
        forEach(.container, 0, packed.octets, container) { endpoint in
            let other = octets.content(behind: octets.content(at: Int(nodes[endpoint].start)))
            if self.zone(of: endpoint) == zone, octets[other].elementsEqual(packed.octets[interface]) {
                found = endpoint
            }
        }
        return found
    }

    /// The endpoints of the container that has `endpoint`.
    @inline(__always)
    func forEachSibling(of endpoint: Int, _ body: (Int) -> Void) { forEach(inRingOf: endpoint, body) }

    /// The endpoints with a name, or below it, in a zone. The name is part of `bytes`, without the root's label.
    @inline(__always)
    func forEachHolder(
        _ field: Field = .name, of bytes: [UInt8], _ range: Range<Int>, zone: Int, _ body: (Int) -> Void
    ) {
        forEach(field, UInt32(truncatingIfNeeded: zone), bytes, range, body)
    }

    /// The endpoints at an address, in any zone.
    @inline(__always)
    func forEachHolder(of address: IPAddress, _ body: (Int) -> Void) {
        let first = index.first(hash(address)) { node in
            nodes[node].field == .address && self.address(octets.content(at: Int(nodes[node].start))) == address
        }
        if let first { forEach(inRingOf: first, body) }
    }

    /// The addresses of an endpoint.
    @inline(__always)
    func forEachAddress(of endpoint: Int, _ body: (IPAddress) -> Void) {
        var number = endpoint + 1
        while number < nodes.count, nodes[number].field == .address {
            if let address = address(octets.content(at: Int(nodes[number].start))) { body(address) }
            number += 1
        }
    }

    /// The name for the way back; nil when the endpoint has none that DNS can say.
    func firstName(of endpoint: Int) -> DomainName? {
        firstName(of: endpoint).map { (range: Range<Int>) in DomainName(validated: octets[range] + [0]) }
    }

    /// Where in ``octets`` it is, without the root's label.
    func firstName(of endpoint: Int) -> Range<Int>? {
        var number = endpoint + 1
        while number < nodes.count, !nodes[number].isFirst {
            if nodes[number].field == .name { return octets.content(at: Int(nodes[number].start)) }
            number += 1
        }
        return nil
    }

    @inline(__always)
    private func forEach(
        _ field: Field, _ zone: UInt32, _ bytes: [UInt8], _ range: Range<Int>, _ body: (Int) -> Void
    ) {
        if let first = first(field, zone, bytes, range) { forEach(inRingOf: first, body) }
    }

    @inline(__always)
    private func forEach(inRingOf first: Int, _ body: (Int) -> Void) {
        var node = first
        repeat {
            body(owner(of: node))
            node = Int(nodes[node].next)
        } while node != first
    }

    @inline(__always)
    private func first(_ field: Field, _ zone: UInt32, _ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        index.first(hash(field, zone, bytes, range)) { number in
            let node = nodes[number]
            guard field == .container ? node.field == field : node.isFound(field, in: zone) else { return false }
            return isSame(field, octets.content(at: Int(node.start)), bytes, range)
        }
    }

    @inline(__always)
    private func isSame(_ field: Field, _ content: Range<Int>, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard content.count == range.count else { return false }
        var (mine, theirs) = (content.lowerBound, range.lowerBound)
        while mine < content.upperBound {
            let (a, b) = (octets[mine], bytes[theirs])
            if a != b, field == .container || DomainName.lowercase(a) != DomainName.lowercase(b) { return false }
            mine += 1
            theirs += 1
        }
        return true
    }

    @inline(__always)
    private func address(_ content: Range<Int>) -> IPAddress? {
        var value: UInt128 = 0
        for index in content { value = value << 8 | UInt128(octets[index]) }
        return IPAddress(value, content.count == 4 ? .ipv4 : .ipv6)
    }
}

extension EndpointTable {
    @inline(__always)
    private func hash(_ field: Field, _ zone: UInt32, _ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var hasher = SeededHash(key)
        hasher.combine(UInt64(field.rawValue) << 32 | UInt64(zone))
        var word: UInt64 = 0
        var count = 0
        for index in range {
            word = word << 8 | UInt64(DomainName.lowercase(bytes[index]))
            count += 1
            if count & 7 == 0 {
                hasher.combine(word)
                word = 0
            }
        }
        // The length tells a full last word from a padded one.
        hasher.combine(word << 8 | UInt64(count & 0xff))
        return hasher.finish()
    }

    @inline(__always)
    private func hash(_ address: IPAddress) -> UInt32 {
        var hasher = SeededHash(key)
        hasher.combine(UInt64(Field.address.rawValue) << 32 | UInt64(address.family.addressBits))
        hasher.combine(UInt64(truncatingIfNeeded: address.value >> 64))
        hasher.combine(UInt64(truncatingIfNeeded: address.value))
        return hasher.finish()
    }

    /// Of a container, whatever its network; of a name in its zone.
    private func hash(_ field: Field, _ zone: UInt32, contentAt start: UInt32) -> UInt32 {
        let content = octets.content(at: Int(start))
        if field == .address, let address = address(content) { return hash(address) }
        return hash(field, field == .container ? 0 : zone, octets, content)
    }
}

// Nodes and octets.
extension EndpointTable {
    private mutating func insert(_ source: [UInt8], _ range: Range<Int>, zone: UInt32, isMarked: Bool) {
        let first = nodes.count
        var start = octets.count + 1
        octets.append(contentsOf: source[range])
        while start < octets.count {
            if let field = Field(rawValue: octets[start - 1]), field != .interface {
                link(Node(field, zone: zone, start: start, number: nodes.count), field)
            }
            start = octets.content(at: start).upperBound + 1
        }
        nodes[first].isMarked = isMarked
    }

    /// Appends a node, at the end of the ring of its like.
    private mutating func link(_ node: Node, _ field: Field) {
        let number = nodes.count
        let hash = hash(field, node.zone, contentAt: node.start)
        let content = octets.content(at: Int(node.start))
        let like = index.first(hash) { other in
            let other = nodes[other]
            guard other.field == field, other.zone == node.zone || field == .container || field == .address else {
                return false
            }
            let theirs = octets.content(at: Int(other.start))
            if field == .address { return octets[theirs].elementsEqual(octets[content]) }
            return isSame(field, theirs, octets, content)
        }
        nodes.append(node)
        guard let like else { return index.insert(number, at: hash) }
        let last = nodes[like].previous
        nodes[number].next = UInt32(like)
        nodes[number].previous = last
        nodes[Int(last)].next = UInt32(number)
        nodes[like].previous = UInt32(number)
    }

    private mutating func unlink(_ number: Int) {
        let node = nodes[number]
        guard let field = node.field else { return }
        let hash = hash(field, node.zone, contentAt: node.start)
        if Int(node.next) == number {
            index.remove(number, at: hash)
        } else {
            nodes[Int(node.previous)].next = node.next
            nodes[Int(node.next)].previous = node.previous
            // The second becomes the first, if this was it.
            index.replace(number, at: hash, with: Int(node.next))
        }
        nodes[number].isDead = true
        deadNodes += 1
    }

    private func nodeRange(_ endpoint: Int) -> Range<Int> {
        var end = endpoint + 1
        while end < nodes.count, !nodes[end].isFirst { end += 1 }
        return endpoint..<end
    }

    @inline(__always)
    private func owner(of node: Int) -> Int {
        var number = node
        while !nodes[number].isFirst { number -= 1 }
        return number
    }

    private func octetRange(_ endpoint: Int) -> Range<Int> {
        let end = nodeRange(endpoint).upperBound
        return Int(nodes[endpoint].start) - 1..<(end < nodes.count ? Int(nodes[end].start) - 1 : octets.count)
    }

    /// Leaves behind what was removed.
    private mutating func rebuild() {
        var fresh = EndpointTable()
        fresh.nodes.reserveCapacity(nodes.count - deadNodes)
        for (number, node) in nodes.enumerated() where node.field == .container {
            fresh.insert(octets, octetRange(number), zone: node.zone, isMarked: node.isMarked)
        }
        self = fresh
    }
}

extension [UInt8] {
    /// The content of the field whose length is at `start`.
    @inline(__always)
    fileprivate func content(at start: Int) -> Range<Int> { start + 1..<start + 1 + Int(self[start]) }

    /// The content of the field behind the one with this content.
    @inline(__always)
    fileprivate func content(behind content: Range<Int>) -> Range<Int> { self.content(at: content.upperBound + 1) }
}
