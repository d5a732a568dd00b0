// SPDX-License-Identifier: Apache-2.0

/// Whether a packet matches.
enum Match {
    case yes
    case no
    case unknown

    init(_ isMatch: Bool) { self = isMatch ? .yes : .no }

    var negated: Match {
        switch self {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
        }
    }
}

/// What the expressions of one rule keep for each other, as far as it is known.
struct Registers {
    /// Four of sixteen bytes.
    private var bytes = [UInt8?](repeating: nil, count: 64)

    /// Nil when a part of it is unknown.
    func read(_ register: RuleExpression.Register, _ length: Int) -> [UInt8]? {
        guard register + length <= bytes.count else { return nil }
        let part = bytes[register..<register + length]
        return part.contains(nil) ? nil : part.compactMap(\.self)
    }

    /// The rest of the last word becomes zero, as in the kernel.
    mutating func write(_ value: [UInt8], _ register: RuleExpression.Register) {
        let padded = value.paddedToRegister
        guard register + padded.count <= bytes.count else { return }
        bytes.replaceSubrange(register..<register + padded.count, with: padded)
    }

    /// Sixteen bytes are as much as one expression writes.
    mutating func forget(_ register: RuleExpression.Register) {
        for index in register..<min(register + 16, bytes.count) { bytes[index] = nil }
    }

    func isInside(
        _ register: RuleExpression.Register, _ first: [UInt8], _ last: [UInt8], isNegated: Bool
    ) -> Match {
        guard let value = read(register, first.count) else { return .unknown }
        return Match((!value.lexicographicallyPrecedes(first) && !last.lexicographicallyPrecedes(value)) != isNegated)
    }

    func compare(
        _ register: RuleExpression.Register, _ comparison: RuleExpression.Comparison, _ value: [UInt8]
    ) -> Match {
        guard let own = read(register, value.count) else { return .unknown }
        let (isLess, isEqual) = (own.lexicographicallyPrecedes(value), own == value)
        switch comparison {
        case .equal: return Match(isEqual)
        case .notEqual: return Match(!isEqual)
        case .less: return Match(isLess)
        case .lessOrEqual: return Match(isLess || isEqual)
        case .greater: return Match(!isLess && !isEqual)
        case .greaterOrEqual: return Match(!isLess)
        }
    }
}
