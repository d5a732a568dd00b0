// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem

/// A moment that a person names: `24h` or `1h30m` ago, `2026-11-20`, `2026-11-20T08:30:00Z`, or seconds since 1970.
package struct PastMoment: Hashable, Sendable {
    package let time: Timestamp

    /// Nil for what is no moment. Dates without a zone are UTC.
    package init?(_ text: String, now: Timestamp) {
        if let seconds = Int64(text) {
            time = Timestamp(seconds: seconds)
        } else if let span = Self.span(text), span <= now.seconds {
            time = Timestamp(seconds: now.seconds - span)
        } else if let seconds = Self.date(text) {
            time = Timestamp(seconds: seconds)
        } else {
            return nil
        }
    }

    /// Numbers with units, as Go and systemd write them.
    private static func span(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["d": 86400, "h": 3600, "m": 60, "s": 1]
        var (total, number): (Int64, Int64?) = (0, nil)
        for character in text {
            if let digit = character.wholeNumberValue, character.isASCII {
                guard (number ?? 0) < 1_000_000_000 else { return nil }
                number = (number ?? 0) * 10 + Int64(digit)
            } else {
                guard let count = number, let unit = units[character] else { return nil }
                total += count * unit
                number = nil
            }
        }
        return text.isEmpty || number != nil ? nil : total
    }

    /// The part of RFC 3339 that ends in `Z`, with seconds, minutes or the whole time left out.
    private static func date(_ text: String) -> Int64? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let day = numbers(parts[0], "-", [4, 2, 2]) else { return nil }
        guard (1...12).contains(day[1]), (1...31).contains(day[2]) else { return nil }
        var seconds = UTCTime.day(year: day[0], month: day[1], day: day[2]) * 86400
        guard parts.count == 2 else { return seconds }
        let clock = parts[1].hasSuffix("Z") ? parts[1].dropLast() : parts[1]
        let count = clock.split(separator: ":", omittingEmptySubsequences: false).count
        guard (2...3).contains(count), let time = numbers(clock, ":", Array(repeating: 2, count: count)) else {
            return nil
        }
        guard time[0] < 24, time.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        for (value, unit) in zip(time, [3600, 60, 1] as [Int64]) { seconds += value * unit }
        return seconds
    }

    private static func numbers(_ text: Substring, _ separator: Character, _ digits: [Int]) -> [Int64]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == digits else { return nil }
        let numbers = parts.compactMap { part in part.allSatisfy(\.isASCII) ? Int64(part) : nil }
        return numbers.count == digits.count && numbers.allSatisfy({ $0 >= 0 }) ? numbers : nil
    }
}
