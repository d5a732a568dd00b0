// SPDX-License-Identifier: Apache-2.0

/// The type of a record, or of a question. Any number is one. Source: IANA DNS resource record types.
package struct RecordType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let a = RecordType(rawValue: 1)
    package static let ns = RecordType(rawValue: 2)
    package static let cname = RecordType(rawValue: 5)
    package static let soa = RecordType(rawValue: 6)
    package static let ptr = RecordType(rawValue: 12)
    package static let mx = RecordType(rawValue: 15)
    package static let txt = RecordType(rawValue: 16)
    package static let aaaa = RecordType(rawValue: 28)
    package static let srv = RecordType(rawValue: 33)
    package static let opt = RecordType(rawValue: 41)
    package static let https = RecordType(rawValue: 65)
    package static let ixfr = RecordType(rawValue: 251)
    package static let axfr = RecordType(rawValue: 252)
    package static let any = RecordType(rawValue: 255)
}

extension RecordType: CustomStringConvertible {
    /// The mnemonic of a type that this library knows, else `TYPE123`. RFC 3597 section 5.
    package var description: String {
        switch self {
        case .a: "A"
        case .ns: "NS"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .opt: "OPT"
        case .https: "HTTPS"
        case .ixfr: "IXFR"
        case .axfr: "AXFR"
        case .any: "ANY"
        default: "TYPE\(rawValue)"
        }
    }
}

/// The class of a record. Source: IANA DNS classes.
package struct RecordClass: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let internet = RecordClass(rawValue: 1)
    package static let chaos = RecordClass(rawValue: 3)
    package static let none = RecordClass(rawValue: 254)
    package static let any = RecordClass(rawValue: 255)
}

extension RecordClass: CustomStringConvertible {
    /// The mnemonic of a class that this library knows, else `CLASS123`. RFC 3597 section 5.
    package var description: String {
        switch self {
        case .internet: "IN"
        case .chaos: "CH"
        case .none: "NONE"
        case .any: "ANY"
        default: "CLASS\(rawValue)"
        }
    }
}
