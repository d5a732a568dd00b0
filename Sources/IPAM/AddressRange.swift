// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A run of addresses inside one subnet, with the gateway that its addresses use.
///
/// - SeeAlso: host-local, `ranges`; the error texts are the reference's.
package struct AddressRange: Hashable, Sendable {
    package let subnet: IPPrefix
    /// The first address that may be handed out; by default the first host address.
    package let start: IPAddress
    /// The last address that may be handed out; by default the one below an IPv4 broadcast address, and the very last
    /// of an IPv6 subnet.
    package let end: IPAddress
    /// By default the first host address. It need not lie in the subnet.
    package let gateway: IPAddress
    /// Addresses that are never handed out, single ones as `/32` or `/128`.
    package let excluded: [IPPrefix]

    /// - Throws: ``IPAMError/invalid(_:)`` when the subnet has host bits or fewer than two, when a bound lies outside
    ///   it, or when the bounds are reversed.
    package init(
        subnet: IPPrefix, start: IPAddress? = nil, end: IPAddress? = nil, gateway: IPAddress? = nil,
        excluded: [IPPrefix] = []
    ) throws(IPAMError) {
        guard subnet.hostBits >= 2 else { throw .invalid("Network \(subnet) too small to allocate from") }
        guard subnet.address == subnet.first else {
            throw .invalid(
                "Network has host bits set. For a subnet mask of length \(subnet.length) the network address is "
                    + "\(subnet.first)")
        }
        // A subnet with two host bits has a second address and one before its last.
        guard let firstHost = subnet.first.advanced(),
            let defaultEnd = IPAddress(subnet.last.value - (subnet.family == .ipv4 ? 1 : 0), subnet.family)
        else { throw .invalid("Network \(subnet) too small to allocate from") }
        if let start, !subnet.contains(start) || end.map({ start > $0 }) ?? false {
            throw .invalid("RangeStart \(start) not in network \(subnet)")
        }
        let first = start ?? firstHost
        if let end, !subnet.contains(end) || end < first {
            throw .invalid("RangeEnd \(end) not in network \(subnet)")
        }
        let last = end ?? defaultEnd
        guard first <= last else {
            throw .invalid("RangeStart \(first) is above \(last), the last address of \(subnet) that is handed out")
        }
        self.subnet = subnet
        self.start = first
        self.end = last
        self.gateway = gateway ?? firstHost
        self.excluded = excluded
    }

    package var family: IPFamily { subnet.family }

    /// True from `start` to `end`, the gateway and excluded addresses included.
    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && start <= address && address <= end
    }

    /// True when the two ranges share an address.
    package func overlaps(_ other: AddressRange) -> Bool { contains(other.start) || other.contains(start) }
}

extension AddressRange: CustomStringConvertible {
    /// `10.9.0.1-10.9.0.254`.
    package var description: String { "\(start)-\(end)" }
}
