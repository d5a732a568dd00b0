// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A value that can be a key of a set or map.
package protocol Datum: Hashable, Sendable, MapValue {
    static var dataType: DataType { get }
    /// The value as the kernel holds it in a register: network byte order except for marks.
    var datumBytes: [UInt8] { get }
    /// Reads what ``datumBytes`` made; nil for anything else.
    init?(datumBytes: ArraySlice<UInt8>)
}

/// An address of one family, so that rules and sets of either family come from the same code.
package protocol AddressDatum: Datum {
    static var family: IPFamily { get }
    init?(_ address: IPAddress)
}

extension IPv4Address: AddressDatum {
    package static var family: IPFamily { .ipv4 }
    package static var dataType: DataType { DataType(.ipv4Address) }
    package var datumBytes: [UInt8] { bytes }

    package init?(datumBytes: ArraySlice<UInt8>) {
        guard let address = IPAddress(bytes: datumBytes) else { return nil }
        self.init(address)
    }

    package init?(_ address: IPAddress) {
        guard case .ipv4(let value) = address else { return nil }
        self = value
    }
}

extension IPv6Address: AddressDatum {
    package static var family: IPFamily { .ipv6 }
    package static var dataType: DataType { DataType(.ipv6Address) }
    package var datumBytes: [UInt8] { bytes }

    package init?(datumBytes: ArraySlice<UInt8>) {
        guard let address = IPAddress(bytes: datumBytes) else { return nil }
        self.init(address)
    }

    package init?(_ address: IPAddress) {
        guard case .ipv6(let value) = address else { return nil }
        self = value
    }
}

extension L4Protocol: Datum {
    package static var dataType: DataType { DataType(.inetProtocol) }
    package var datumBytes: [UInt8] { [number] }

    package init?(datumBytes: ArraySlice<UInt8>) {
        guard datumBytes.count == 1, let found = Self.allCases.first(where: { $0.number == datumBytes.first }) else {
            return nil
        }
        self = found
    }
}

extension Port: Datum {
    package static var dataType: DataType { DataType(.inetService) }
    package var datumBytes: [UInt8] { [UInt8(rawValue >> 8), UInt8(rawValue & 0xff)] }

    package init?(datumBytes: ArraySlice<UInt8>) {
        guard datumBytes.count == 2 else { return nil }
        self.init(datumBytes.reduce(0) { $0 << 8 | Int($1) })
    }
}

extension InterfaceName: Datum {
    package static var dataType: DataType { DataType(.interfaceName) }
    /// Sixteen bytes, zeros after the name: what `meta iifname` loads.
    package var datumBytes: [UInt8] {
        let name = Array(text.utf8)
        return name + [UInt8](repeating: 0, count: 16 - name.count)
    }

    package init?(datumBytes: ArraySlice<UInt8>) {
        self.init(String(decoding: datumBytes.prefix { $0 != 0 }, as: UTF8.self))
    }
}

extension MACAddress: Datum {
    package static var dataType: DataType { DataType(.etherAddress) }
    package var datumBytes: [UInt8] { bytes }

    package init?(datumBytes: ArraySlice<UInt8>) { self.init(bytes: datumBytes) }
}

/// A packet mark or any other 32-bit number.
package struct Mark: Datum {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static var dataType: DataType { DataType(.mark) }
    /// Host byte order, as the kernel keeps marks; every platform of ours is little-endian.
    package var datumBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> (8 * $0)) } }

    package init?(datumBytes: ArraySlice<UInt8>) {
        guard datumBytes.count == 4 else { return nil }
        rawValue = datumBytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// A concatenation of two values, `A . B` in nft(8); more are nested to the right.
package struct Concat<First: Datum, Second: Datum>: Datum {
    package let first: First
    package let second: Second

    package init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    package static var dataType: DataType { .concatenation(First.dataType, Second.dataType) }

    package var datumBytes: [UInt8] { first.datumBytes.paddedToRegister + second.datumBytes.paddedToRegister }

    package init?(datumBytes: ArraySlice<UInt8>) {
        guard datumBytes.count == Self.dataType.registerLength else { return nil }
        let split = datumBytes.startIndex + First.dataType.registerLength
        guard let first = First(datumBytes: datumBytes[..<split].prefix(First.dataType.length)),
            let second = Second(datumBytes: datumBytes[split...].prefix(Second.dataType.length))
        else { return nil }
        self.init(first, second)
    }
}
