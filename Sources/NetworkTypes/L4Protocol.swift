// SPDX-License-Identifier: Apache-2.0

/// A transport protocol with ports. The raw value is the word of CNI port mappings and of nft(8).
package enum L4Protocol: String, CaseIterable, Hashable, Sendable {
    case tcp
    case udp
    case sctp

    /// The protocol number in the IP header. Source: IANA protocol numbers.
    package var number: UInt8 {
        switch self {
        case .tcp: 6
        case .udp: 17
        case .sctp: 132
        }
    }
}
