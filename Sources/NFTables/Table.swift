// SPDX-License-Identifier: Apache-2.0

/// Which packets a table sees. nft(8), ADDRESS FAMILIES.
package enum TableFamily: UInt8, Sendable {
    case inet = 1
    case ipv4 = 2
    case arp = 3
    case netdev = 5
    case bridge = 7
    case ipv6 = 10

    /// Nil when `text` is no family that nft(8) has.
    package init?(text: String) {
        let all: [TableFamily] = [.inet, .ipv4, .arp, .netdev, .bridge, .ipv6]
        guard let family = all.first(where: { $0.text == text }) else { return nil }
        self = family
    }

    /// As nft(8) writes it.
    package var text: String {
        switch self {
        case .inet: "inet"
        case .ipv4: "ip"
        case .arp: "arp"
        case .netdev: "netdev"
        case .bridge: "bridge"
        case .ipv6: "ip6"
        }
    }
}

package struct Table: Hashable, Sendable {
    package let family: TableFamily
    package let name: String
    /// At most 128 bytes. The kernel takes it when the table is made and never changes it.
    package let comment: String?
    /// Whether it belongs to the socket that makes it: nobody else may change it, and it goes when that is closed.
    package let isOwned: Bool

    package init(_ family: TableFamily, _ name: String, comment: String? = nil, isOwned: Bool = false) {
        self.family = family
        self.name = name
        self.isOwned = isOwned
        self.comment = comment.map(shortened)
    }
}
