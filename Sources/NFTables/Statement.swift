// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// One part of a rule: a match that the packet must pass, or something done to it.
package enum Statement: Hashable, Sendable {
    package enum End: Hashable, Sendable {
        case source
        case destination
    }

    package enum ConnectionState: UInt32, Hashable, Sendable {
        // The bits of NF_CT_STATE_BIT().
        case invalid = 1
        case established = 2
        case related = 4
        case new = 8
        /// The destination was translated. Only ``Statement/trackedState(_:)`` knows it as a state.
        case destinationTranslated = 128

        package var text: String {
            switch self {
            case .invalid: "invalid"
            case .established: "established"
            case .related: "related"
            case .new: "new"
            case .destinationTranslated: "dnat"
            }
        }
    }

    /// `meta nfproto ipv4`: packets of one family.
    case family(IPFamily)
    /// `FIELD value`.
    case equals(Field, [UInt8])
    /// `FIELDS @set`, or with `isNegated` `FIELDS != @set`.
    case lookup([Field], set: String, isNegated: Bool)
    /// `FIELD 127.0.0.0/8`, or `FIELD != 127.0.0.0/8`.
    case prefix(End, IPPrefix, isNegated: Bool)
    /// `fib daddr type local`: the address is one of this host's.
    case isLocal(End)
    /// `ct status dnat`: the connection's destination was translated.
    case destinationWasTranslated
    /// `ct state A,B`.
    case connectionState([ConnectionState])
    /// `-m conntrack --ctstate A,B` of iptables(8), whose tables must hold no `ct state`.
    case trackedState([ConnectionState])
    /// `counter`.
    case counter
    /// `meta l4proto tcp`.
    case transport(L4Protocol)
    /// `th dport 80`.
    case port(End, UInt16)
    /// `tcp flags syn`.
    case isTCPSYN
    /// `tcp option maxseg size set rt mtu`: lowers the segment size to what the route carries.
    case clampSegmentSize
    /// `dnat ip to FIELDS map @map`. Packets without an entry go on to the next rule.
    case destinationNAT(IPFamily, [Field], map: String)
    /// `snat ip to FIELDS map @map`.
    case sourceNAT(IPFamily, [Field], map: String)
    /// Translates the source to the address of the outgoing interface.
    case masquerade
    /// `meta nftrace set 1`: the kernel tells what becomes of the packet.
    case trace
    case verdict(Verdict)
    /// `FIELDS vmap @map`.
    case verdictMap([Field], map: String)
}

extension Statement {
    /// A single field that has one value.
    package static func match<Key>(_ selector: Selector<Key>, _ value: Key) -> Statement {
        precondition(selector.fields.count == 1, "several fields are compared in a set")
        return .equals(selector.fields[0], value.datumBytes)
    }

    package static func match<Key>(_ selector: Selector<Key>, in set: NamedSet<Key>) -> Statement {
        .lookup(selector.fields, set: set.declaration.name, isNegated: false)
    }

    package static func match<Key>(_ selector: Selector<Key>, notIn set: NamedSet<Key>) -> Statement {
        .lookup(selector.fields, set: set.declaration.name, isNegated: true)
    }

    package static func verdict<Key>(of selector: Selector<Key>, in map: NamedMap<Key, Verdict>) -> Statement {
        .verdictMap(selector.fields, map: map.declaration.name)
    }

    /// Sends the connection to the address and port that `map` has for `selector`.
    package static func destinationNAT<Key, Address: AddressDatum>(
        to map: NamedMap<Key, Concat<Address, Port>>, by selector: Selector<Key>
    ) -> Statement {
        .destinationNAT(Address.family, selector.fields, map: map.declaration.name)
    }

    /// Gives the connection the source address that `map` has for `selector`.
    package static func sourceNAT<Key, Address: AddressDatum>(
        to map: NamedMap<Key, Address>, by selector: Selector<Key>
    ) -> Statement {
        .sourceNAT(Address.family, selector.fields, map: map.declaration.name)
    }
}

/// Statements of one chain, evaluated left to right until one does not match.
package struct Rule: Hashable, Sendable {
    package let chain: String
    package let statements: [Statement]
    package let comment: String?

    package init(in chain: Chain, _ statements: Statement..., comment: String? = nil) {
        self.chain = chain.name
        self.statements = statements
        self.comment = comment.map(shortened)
    }

    package init(in chain: Chain, _ statements: [Statement], comment: String? = nil) {
        self.chain = chain.name
        self.statements = statements
        self.comment = comment.map(shortened)
    }
}
