// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A field of the packet or of its metadata.
package enum Field: Hashable, Sendable {
    case inputInterface
    case outputInterface
    case transportProtocol
    case destinationPort
    case sourceMACAddress
    case source(IPFamily)
    case destination(IPFamily)

    /// The family whose header holds the field; nil for fields that every packet has.
    var family: IPFamily? {
        switch self {
        case .source(let family), .destination(let family): family
        case .inputInterface, .outputInterface, .transportProtocol, .destinationPort, .sourceMACAddress: nil
        }
    }

    var dataType: DataType.Atom {
        switch self {
        case .inputInterface, .outputInterface: .interfaceName
        case .transportProtocol: .inetProtocol
        case .destinationPort: .inetService
        case .sourceMACAddress: .etherAddress
        case .source(.ipv4), .destination(.ipv4): .ipv4Address
        case .source(.ipv6), .destination(.ipv6): .ipv6Address
        }
    }

    /// As nft(8) writes it.
    var text: String {
        switch self {
        case .inputInterface: "iifname"
        case .outputInterface: "oifname"
        case .transportProtocol: "meta l4proto"
        case .destinationPort: "th dport"
        case .sourceMACAddress: "ether saddr"
        case .source(let family): "\(family.word) saddr"
        case .destination(let family): "\(family.word) daddr"
        }
    }
}

/// One field or several concatenated, with the type of the key they make.
package struct Selector<Value: Datum>: Sendable {
    let fields: [Field]

    fileprivate init(_ fields: [Field]) { self.fields = fields }

    /// This selector and `other` as one key: `A . B`.
    package func concat<Other>(_ other: Selector<Other>) -> Selector<Concat<Value, Other>> {
        Selector<Concat<Value, Other>>(fields + other.fields)
    }
}

extension Selector where Value == InterfaceName {
    /// `iifname`. Empty in postrouting for what a bridge forwarded with br_netfilter on.
    package static var inputInterface: Self { Selector([.inputInterface]) }
    /// `oifname`.
    package static var outputInterface: Self { Selector([.outputInterface]) }
}

extension Selector where Value == L4Protocol {
    /// `meta l4proto`.
    package static var transportProtocol: Self { Selector([.transportProtocol]) }
}

extension Selector where Value == Port {
    /// `th dport`.
    package static var destinationPort: Self { Selector([.destinationPort]) }
}

extension Selector where Value == MACAddress {
    /// `ether saddr`. Only frames have it: for tables of the families bridge and netdev.
    package static var source: Self { Selector([.sourceMACAddress]) }
}

extension Selector where Value: AddressDatum {
    /// `ip saddr` or `ip6 saddr`.
    package static var source: Self { Selector([.source(Value.family)]) }
    /// `ip daddr` or `ip6 daddr`.
    package static var destination: Self { Selector([.destination(Value.family)]) }
}

extension IPFamily {
    /// The word nft(8) has for the family's header: `ip` or `ip6`.
    var word: String { self == .ipv4 ? "ip" : "ip6" }
}
