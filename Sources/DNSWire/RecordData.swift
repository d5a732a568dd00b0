// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// What a record says. Types without a case of their own are octets.
///
/// The data that has a case is never `opaque` in class IN, or it would read back different.
package enum RecordData: Hashable, Sendable {
    case a(IPv4Address)
    case aaaa(IPv6Address)
    case ns(DomainName)
    case cname(DomainName)
    case ptr(DomainName)
    case mx(preference: UInt16, exchange: DomainName)
    case srv(ServiceLocation)
    /// Strings of at most 255 octets each.
    case txt([[UInt8]])
    case soa(StartOfAuthority)
    /// At most 65535 octets. Names in them are not compressed, whatever the sender did. RFC 3597 section 4.
    case opaque(RecordType, [UInt8])

    package var type: RecordType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .ns: .ns
        case .cname: .cname
        case .ptr: .ptr
        case .mx: .mx
        case .srv: .srv
        case .txt: .txt
        case .soa: .soa
        case .opaque(let type, _): type
        }
    }

    /// A or AAAA, as the address has it.
    package init(_ address: IPAddress) {
        switch address {
        case .ipv4(let address): self = .a(address)
        case .ipv6(let address): self = .aaaa(address)
        }
    }
}

/// Where a service is. RFC 2782.
package struct ServiceLocation: Hashable, Sendable {
    package var priority: UInt16
    package var weight: UInt16
    package var port: UInt16
    package var target: DomainName

    package init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// Where a zone begins, and for how long its silence may be remembered. RFC 1035 section 3.3.13, times in seconds.
package struct StartOfAuthority: Hashable, Sendable {
    package var primary: DomainName
    package var mailbox: DomainName
    package var serial: UInt32
    package var refresh: UInt32
    package var retry: UInt32
    package var expire: UInt32
    /// With the record's own TTL, the longest time that a negative answer holds. RFC 2308 section 4.
    package var minimum: UInt32

    package init(
        primary: DomainName, mailbox: DomainName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32,
        minimum: UInt32
    ) {
        self.primary = primary
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}
