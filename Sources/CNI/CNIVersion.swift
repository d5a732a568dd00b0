// SPDX-License-Identifier: Apache-2.0

/// A version of the specification that swnet speaks.
package enum CNIVersion: String, CaseIterable, Hashable, Sendable {
    case v0_1_0 = "0.1.0"
    case v0_2_0 = "0.2.0"
    case v0_3_0 = "0.3.0"
    case v0_3_1 = "0.3.1"
    case v0_4_0 = "0.4.0"
    case v1_0_0 = "1.0.0"
    case v1_1_0 = "1.1.0"

    /// Versions whose results have the same shape and may be read as one another.
    package enum Family: Hashable, Sendable {
        /// 0.1.0 and 0.2.0: one address per family of addresses, in `ip4` and `ip6`.
        case v0_2
        /// 0.3.0 to 0.4.0: entries of `ips` carry their `version`.
        case v0_4
        /// 1.0.0 and later.
        case v1
    }

    package static let newest = CNIVersion.v1_1_0
    /// What a configuration without `cniVersion` is.
    package static let assumed = CNIVersion.v0_1_0

    /// Accepts the exact spelling of a supported version; the empty string is 0.1.0.
    package init?(_ text: String) {
        guard let version = text.isEmpty ? .assumed : CNIVersion(rawValue: text) else { return nil }
        self = version
    }

    package var family: Family {
        switch self {
        case .v0_1_0, .v0_2_0: .v0_2
        case .v0_3_0, .v0_3_1, .v0_4_0: .v0_4
        case .v1_0_0, .v1_1_0: .v1
        }
    }

    package var number: CNIVersionNumber {
        switch self {
        case .v0_1_0: CNIVersionNumber(0, 1, 0)
        case .v0_2_0: CNIVersionNumber(0, 2, 0)
        case .v0_3_0: CNIVersionNumber(0, 3, 0)
        case .v0_3_1: CNIVersionNumber(0, 3, 1)
        case .v0_4_0: CNIVersionNumber(0, 4, 0)
        case .v1_0_0: CNIVersionNumber(1, 0, 0)
        case .v1_1_0: CNIVersionNumber(1, 1, 0)
        }
    }

    /// The supported versions of `family`, oldest first.
    package static func members(of family: Family) -> [CNIVersion] { allCases.filter { $0.family == family } }
}

extension CNIVersion: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension CNIVersion: CustomStringConvertible {
    package var description: String { rawValue }
}

/// Any version a configuration may name, for comparisons.
package struct CNIVersionNumber: Hashable, Sendable {
    package let major: Int
    package let minor: Int
    package let patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// One to three integers with dots between; missing ones are 0, and the empty string is 0.1.0.
    package init?(_ text: String) {
        guard !text.isEmpty else {
            self = CNIVersion.assumed.number
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count <= 3 else { return nil }
        let numbers = parts.compactMap(\.self) + [0, 0]
        guard numbers.count == parts.count + 2 else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }
}

extension CNIVersionNumber: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
