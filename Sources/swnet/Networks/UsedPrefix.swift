// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// Addresses that a new network must keep clear of, and whose they are.
package struct UsedPrefix: Hashable, Sendable {
    package enum Owner: Hashable, Sendable {
        case route
        case address
        case resolver
        case network(String)
    }

    package let prefix: IPPrefix
    package let owner: Owner

    package init(_ prefix: IPPrefix, _ owner: Owner) {
        self.prefix = prefix
        self.owner = owner
    }
}

extension UsedPrefix: CustomStringConvertible {
    package var description: String {
        switch owner {
        case .route: "a route of this host, \(prefix)"
        case .address: "an address of this host, \(prefix)"
        case .resolver: "a name server of this host, \(prefix.address)"
        case .network(let name): "network \(name), \(prefix)"
        }
    }
}

extension UsedPrefix {
    /// The subnets that a configuration of any CNI type mentions, wherever it does: the word is the same for all IPAM
    /// plugins, and a subnet too many does no harm here.
    package static func subnets(of configuration: JSONObject, named name: String) -> [UsedPrefix] {
        subnets(in: .object(configuration)).map { UsedPrefix($0.network, .network(name)) }
    }

    private static func subnets(in value: JSON) -> [IPPrefix] {
        switch value {
        case .object(let object):
            object.flatMap { member in
                if member.key.lowercased() == "subnet", let text = member.value.stringValue {
                    return IPPrefix(text).map { [$0] } ?? []
                }
                return subnets(in: member.value)
            }
        case .array(let elements): elements.flatMap { subnets(in: $0) }
        default: []
        }
    }

    /// The servers that a resolv.conf(5) names.
    package static func resolvers(in text: String) -> [UsedPrefix] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver", let address = IPAddress(words[1]) else { return nil }
            return UsedPrefix(IPPrefix(host: address), .resolver)
        }
    }
}
