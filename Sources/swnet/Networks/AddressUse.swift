// SPDX-License-Identifier: Apache-2.0
internal import IPAM
package import JSON
package import NetworkTypes

/// How much of one subnet of a network is in use.
package struct AddressUse: Hashable, Sendable {
    package let subnet: IPPrefix
    package let gateway: IPAddress
    /// First and last address for containers.
    package let range: ClosedRange<IPAddress>
    /// Addresses that can be handed out.
    package let usable: UInt128
    package let used: UInt128

    package var free: UInt128 { usable > used ? usable - used : 0 }

    package var text: String {
        let part =
            range.lowerBound == subnet.first.advanced() ? "" : ", from \(range.lowerBound) to \(range.upperBound)"
        return "\(subnet), gateway \(gateway)\(part): \(used) leased, \(Self.round(free)) free"
    }

    /// Nobody counts the addresses of an IPv6 subnet.
    private static func round(_ count: UInt128) -> String { count < 1 << 32 ? "\(count)" : "plenty" }

    /// Keys are interface of the program. Numbers that not every reader of JSON can hold are cut down to 2⁵³.
    package var json: JSON {
        let limit = UInt128(1) << 53
        return [
            "subnet": .string(subnet.description), "gateway": .string(gateway.description),
            "first": .string(range.lowerBound.description), "last": .string(range.upperBound.description),
            "usable": .number(min(usable, limit)), "used": .number(used), "free": .number(min(free, limit)),
        ]
    }
}

extension AddressUse {
    /// The subnets that a configuration gives out addresses of by leases, with what is leased.
    ///
    /// What cannot be read as a range is left out: it is the plugin's to complain of.
    package static func all(of configuration: JSONObject, leased: [IPAddress]) -> [AddressUse] {
        let plugins = (configuration["plugins"]?.arrayValue ?? []).compactMap(\.objectValue)
        return plugins.flatMap { plugin in
            let addressing = plugin["ipam"]?.objectValue ?? JSONObject()
            guard plugin["type"]?.stringValue == "swnet" || addressing["type"]?.stringValue == "host-local" else {
                return [AddressUse]()
            }
            let sets = addressing["ranges"]?.arrayValue ?? []
            let ranges = (plugin["subnets"]?.arrayValue ?? []) + sets.flatMap { $0.arrayValue ?? [] }
            let single: [JSON] = addressing["subnet"] == nil ? [] : [.object(addressing)]
            return (single + ranges).compactMap { $0.objectValue.flatMap { AddressUse($0, leased) } }
        }
    }

    private init?(_ range: JSONObject, _ leased: [IPAddress]) {
        guard let subnet = range["subnet"]?.stringValue.flatMap({ IPPrefix($0) }) else { return nil }
        let address = { (key: String) in range[key]?.stringValue.flatMap { IPAddress($0) } }
        let excluded = (range["exclude"]?.arrayValue ?? []).compactMap { element in
            element.stringValue.flatMap { text in IPPrefix(text) ?? IPAddress(text).map(IPPrefix.init(host:)) }
        }
        do throws(IPAMError) {
            let handedOut = try AddressRange(
                subnet: subnet, start: address("rangeStart"), end: address("rangeEnd"), gateway: address("gateway"),
                excluded: excluded)
            self.subnet = handedOut.subnet.network
            gateway = handedOut.gateway
            self.range = handedOut.start...handedOut.end
            usable = try AddressPool([handedOut]).usable
            used = UInt128(leased.count { handedOut.contains($0) })
        } catch { return nil }
    }
}
