// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Whether a person would list the text before `other`: `web-2` comes before `web-10`.
    package func isBefore(_ other: String) -> Bool {
        var (left, right) = (Substring(self), Substring(other))
        while let one = left.first, let two = right.first {
            if one.isNumber, two.isNumber {
                let (first, second) = (left.takeNumber(), right.takeNumber())
                // Without leading zeros the longer number is the larger.
                if (first.count, first) != (second.count, second) {
                    return (first.count, first) < (second.count, second)
                }
            } else if one != two {
                return one < two
            } else {
                left.removeFirst()
                right.removeFirst()
            }
        }
        return left.isEmpty && (!right.isEmpty || self < other)
    }
}

extension Substring {
    /// Takes the digits at the front; returns them without leading zeros.
    fileprivate mutating func takeNumber() -> String {
        let digits = prefix { $0.isNumber }
        removeFirst(digits.count)
        return String(digits.drop { $0 == "0" })
    }
}
