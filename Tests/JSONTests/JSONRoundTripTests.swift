// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite struct JSONRoundTripTests {
    @Test("what was written reads back equal", arguments: UInt64(0)..<200)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = randomValue(depth: 5, &generator)
        #expect(try JSON(parsing: value.encoded(.compact)) == value)
        #expect(try JSON(parsing: value.encoded(.indented)) == value)
    }

    @Test("no damage to a text traps, and what still reads writes and reads back", arguments: UInt64(0)..<300)
    func damage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var text = randomValue(depth: 5, &generator).encoded(seed % 2 == 0 ? .compact : .indented)
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !text.isEmpty {
            let place = Int.random(in: text.indices, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: text.removeSubrange(place...)
            case 1: text[place] = .random(in: .min ... .max, using: &generator)
            case 2: text.insert(interestingBytes.randomElement(using: &generator) ?? 0, at: place)
            default: text.remove(at: place)
            }
        }
        guard let value = readable(text) else { return }
        #expect(try JSON(parsing: value.encoded()) == value)
    }

    private func readable(_ text: [UInt8]) -> JSON? {
        do throws(JSONError) { return try JSON(parsing: text) } catch {
            #expect(!error.description.isEmpty)
            return nil
        }
    }

    private let interestingBytes = Array("\"\\{}[],:u0e-.tn\u{0}\u{ff}".utf8)
}

private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
    case 0: .null
    case 1: .bool(.random(using: &generator))
    case 2: .number(Int64.random(in: .min ... .max, using: &generator))
    case 3: JSONNumber(Double.random(in: -1e10...1e10, using: &generator)).map(JSON.number) ?? .null
    case 4, 5: .string(randomText(&generator))
    case 6: .array(randomElements(depth, &generator))
    default: .object(JSONObject(randomElements(depth, &generator).map { (randomText(&generator), $0) }))
    }
}

private func randomElements(_ depth: Int, _ generator: inout SeededGenerator) -> [JSON] {
    var elements: [JSON] = []
    for _ in 0..<Int.random(in: 0...20, using: &generator) {
        elements.append(randomValue(depth: depth - 2, &generator))
    }
    return elements
}

private func randomText(_ generator: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...20, using: &generator) {
        let limit: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x110000
        guard let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) else { continue }
        text.unicodeScalars.append(scalar)
    }
    return text
}
