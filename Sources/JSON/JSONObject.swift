// SPDX-License-Identifier: Apache-2.0

/// Members of a JSON object in the order of the text, each key once.
///
/// Keys are compared byte by byte: two spellings that Unicode calls equivalent are two keys. Look-up is a scan, because
/// objects of configurations are small.
package struct JSONObject: Hashable, Sendable {
    /// One key with its value.
    package struct Member: Hashable, Sendable {
        package let key: String
        package fileprivate(set) var value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    private var members: [Member]

    package init() { members = [] }

    /// Of equal keys the last counts, in its place.
    package init(_ pairs: some Sequence<(String, JSON)>) { self.init(members: pairs.map { Member($0.0, $0.1) }) }

    /// Of equal keys the last counts, in its place.
    init(members: [Member]) { self.members = removingDuplicates(members) }

    /// Reads a text whose top level is an object.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        guard case .object(let object) = try JSON(parsing: bytes) else {
            throw .syntax(.expected("an object"), at: JSONPosition(offset: 0, in: bytes))
        }
        self = object
    }

    package var keys: [String] { members.map(\.key) }

    /// The value of exactly this key. Setting keeps the place of a key that is there; setting nil removes it.
    package subscript(key: String) -> JSON? {
        get { members.last { isSame($0.key, key) }?.value }
        set {
            let place = members.lastIndex { isSame($0.key, key) }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key, value))
            case (nil, nil): break
            }
        }
    }

    /// The value of the last key that equals `key` but for the case of ASCII letters, as in Go's `encoding/json`.
    package func value(ignoringCaseOf key: String) -> JSON? {
        // A loop, because this is the look-up of every configuration key.
        var index = members.count - 1
        while index >= 0 {
            if isSameIgnoringCase(members[index].key, key) { return members[index].value }
            index -= 1
        }
        return nil
    }

    /// Makes `value` what both look-ups find: every other spelling of the key goes.
    package mutating func set(_ key: String, to value: JSON) {
        remove(ignoringCaseOf: key)
        members.append(Member(key, value))
    }

    /// Removes every spelling of `key`.
    package mutating func remove(ignoringCaseOf key: String) {
        members.removeAll { isSameIgnoringCase($0.key, key) }
    }

    /// Takes over every member of `other`; where both have a key, the value of `other` counts.
    package mutating func merge(_ other: JSONObject) {
        for member in other { self[member.key] = member.value }
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { members.count }
    package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of equal keys the last counts.
    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

/// Byte equality. `==` alone also accepts canonically equivalent text.
private func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left == right && left.utf8.elementsEqual(right.utf8)
}

/// Equality but for the case of ASCII letters.
func isSameIgnoringCase(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return left == right || left.utf8.elementsEqual(right.utf8) { lowercased($0) == lowercased($1) }
}

func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

/// A key under byte equality, for sets.
private struct ByteKey: Hashable {
    let key: String

    static func == (left: Self, right: Self) -> Bool { isSame(left.key, right.key) }

    func hash(into hasher: inout Hasher) {
        for byte in key.utf8 { hasher.combine(byte) }
    }
}

/// Keeps the last of equal keys. Pairs are compared while they are few; a hostile object must not cost the square.
private func removingDuplicates(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
    guard members.count > 16 else {
        for index in members.indices {
            for later in members[(index + 1)...] where isSame(members[index].key, later.key) {
                return removingDuplicatesByHash(members)
            }
        }
        return members
    }
    return removingDuplicatesByHash(members)
}

private func removingDuplicatesByHash(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
    var seen = Set<ByteKey>(minimumCapacity: members.count)
    let kept = members.reversed().filter { seen.insert(ByteKey(key: $0.key)).inserted }
    return kept.count == members.count ? members : kept.reversed()
}
