// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

extension DomainName {
    /// Where names of addresses are: `in-addr.arpa`, `ip6.arpa`. RFC 1035 section 3.5, RFC 3596 section 2.5.
    package static let reverse4 = DomainName("in-addr.arpa") ?? .root
    package static let reverse6 = DomainName("ip6.arpa") ?? .root

    /// The name that stands for an address: `2.0.89.10.in-addr.arpa`.
    package init(reverseOf address: IPAddress) {
        self = Self.reverseDomain(of: address, length: address.family.addressBits) ?? .root
    }

    /// The domain of the addresses that share the first `length` bits with `address`; `length` is rounded up to what the
    /// family has labels for.
    package static func reverseDomain(of address: IPAddress, length: Int) -> DomainName? {
        let bits = address.family == .ipv4 ? 8 : 4
        let count = (length + bits - 1) / bits
        let labels = (0..<count).reversed().map { index -> [UInt8] in
            let shift = address.family.addressBits - bits * (index + 1)
            let part = Int(truncatingIfNeeded: address.value >> UInt128(shift)) & (1 << bits - 1)
            return Array(String(part, radix: bits == 8 ? 10 : 16).utf8)
        }
        return DomainName(labels: labels)?.inside(address.family == .ipv4 ? reverse4 : reverse6)
    }
}
