// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

/// Reading what the kernel sent. Nothing is copied: attributes are spans of the receive buffer, handed to closures that
/// cannot keep them. Every bound is checked before memory is touched.
extension RawSpan {
    /// The C struct at the start.
    package func header<Header: BitwiseCopyable>(as: Header.Type) throws(Malformation) -> Header {
        guard byteCount >= MemoryLayout<Header>.size else { throw .truncatedMessage }
        return unsafe unsafeLoadUnaligned(as: Header.self)
    }

    /// Calls `body` with the number and payload of each attribute behind the C struct at the start.
    package func forEachAttribute<Header: BitwiseCopyable>(
        after: Header.Type, _ body: (Int, RawSpan) throws(Malformation) -> Void
    ) throws(Malformation) {
        let size = aligned(MemoryLayout<Header>.size)
        guard byteCount >= size else { throw .truncatedMessage }
        try extracting(droppingFirst: size).forEachAttribute(body)
    }

    /// Calls `body` with the number and payload of each attribute. Unknown numbers come from newer kernels: skip them.
    package func forEachAttribute(_ body: (Int, RawSpan) throws(Malformation) -> Void) throws(Malformation) {
        let headerSize = MemoryLayout<nlattr>.size
        var offset = 0
        while offset < byteCount {
            guard byteCount - offset >= headerSize else { throw .truncatedAttribute }
            let attribute = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: nlattr.self)
            let length = Int(attribute.nla_len)
            // A length below the header's would never advance.
            guard length >= headerSize, length <= byteCount - offset else { throw .truncatedAttribute }
            // The two upper bits say "nested" and "network byte order".
            try body(Int(attribute.nla_type & 0x3fff), extracting(offset + headerSize..<offset + length))
            offset += aligned(length)
        }
    }

    /// A number in the host's byte order. Longer payloads are accepted: newer kernels widen attributes.
    package func load<Number: FixedWidthInteger & BitwiseCopyable>(as: Number.Type) throws(Malformation) -> Number {
        guard byteCount >= MemoryLayout<Number>.size else { throw .invalidValue }
        return unsafe unsafeLoadUnaligned(as: Number.self)
    }

    /// One octet that is zero or not.
    func loadFlag() throws(Malformation) -> Bool { try load(as: UInt8.self) != 0 }

    /// A number in network byte order.
    package func loadBigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        as: Number.Type
    ) throws(Malformation) -> Number {
        Number(bigEndian: try load(as: Number.self))
    }

    /// Text up to a NUL or the end.
    package func text() -> String {
        unsafe withUnsafeBytes { bytes in
            unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 }), as: UTF8.self)
        }
    }

    /// All bytes, copied.
    package func bytes() -> [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}

/// Attributes start at multiples of four bytes.
private func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

extension IPAddress {
    /// 4 or 16 octets in network byte order.
    init(attribute: RawSpan) throws(Malformation) {
        switch attribute.byteCount {
        case 4: self = .ipv4(IPv4Address(rawValue: try attribute.loadBigEndian(as: UInt32.self)))
        case 16: self = .ipv6(IPv6Address(rawValue: try attribute.loadBigEndian(as: UInt128.self)))
        default: throw .invalidValue
        }
    }
}

extension MACAddress {
    /// Six octets; nil for the hardware addresses of other link layers, which have other lengths.
    init?(attribute: RawSpan) throws(Malformation) {
        guard attribute.byteCount == 6 else { return nil }
        let upper = try attribute.loadBigEndian(as: UInt16.self)
        let lower = try attribute.extracting(last: 4).loadBigEndian(as: UInt32.self)
        self.init(rawValue: UInt64(upper) << 32 | UInt64(lower))
    }
}

extension InterfaceName {
    init(attribute: RawSpan) throws(Malformation) {
        guard let name = InterfaceName(attribute.text()) else { throw .invalidValue }
        self = name
    }
}

extension InterfaceIndex {
    init(attribute: RawSpan) throws(Malformation) { self.init(rawValue: try attribute.load(as: Int32.self)) }
}
