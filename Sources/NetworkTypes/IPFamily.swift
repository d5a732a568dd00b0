// SPDX-License-Identifier: Apache-2.0

/// The version of the Internet Protocol that an address belongs to.
package enum IPFamily: String, CaseIterable, Hashable, Sendable {
    case ipv4
    case ipv6

    /// Width of an address in bits: 32 or 128.
    package var addressBits: Int { self == .ipv4 ? 32 : 128 }
}
