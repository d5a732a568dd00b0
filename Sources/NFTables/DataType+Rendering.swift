// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension DataType {
    /// A value as nft(8) writes it: `tcp . 8080`.
    func text(of bytes: [UInt8]) -> String { text(from: bytes, through: bytes) }

    /// A range as nft(8) writes it, atom by atom: a prefix if it is one, else both ends.
    func text(from first: [UInt8], through last: [UInt8]) -> String {
        var offset = 0
        var parts: [String] = []
        for atom in atoms {
            let span = offset..<min(offset + atom.length, first.count, last.count)
            parts.append(atom.text(from: first[span], through: last[span]))
            offset += atom.registerLength
        }
        return parts.joined(separator: " . ")
    }
}

extension DataType.Atom {
    fileprivate func text(from first: ArraySlice<UInt8>, through last: ArraySlice<UInt8>) -> String {
        if first == last { return text(of: first) }
        if let length = prefixLength(from: first, through: last) { return "\(text(of: first))/\(length)" }
        return "\(text(of: first))-\(text(of: last))"
    }

    private func text(of bytes: ArraySlice<UInt8>) -> String {
        switch self {
        case .ipv4Address, .ipv6Address: IPAddress(bytes: bytes)?.description ?? hexadecimal(bytes)
        case .etherAddress: MACAddress(bytes: bytes)?.description ?? hexadecimal(bytes)
        case .inetProtocol: L4Protocol(datumBytes: bytes)?.rawValue ?? "\(bytes.first ?? 0)"
        case .inetService: "\(bytes.reduce(0) { $0 << 8 | Int($1) })"
        case .mark: hexadecimal(bytes.reversed())
        case .interfaceName: "\"\(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))\""
        }
    }

    /// The length of the prefix that starts at `first` and ends at `last`; nil if they bound none, or are no addresses.
    private func prefixLength(from first: ArraySlice<UInt8>, through last: ArraySlice<UInt8>) -> Int? {
        guard self == .ipv4Address || self == .ipv6Address else { return nil }
        guard let low = IPAddress(bytes: first), let high = IPAddress(bytes: last) else { return nil }
        let hostBits = (low.value ^ high.value).bitWidth - (low.value ^ high.value).leadingZeroBitCount
        let prefix = IPPrefix(low, length: low.family.addressBits - hostBits)
        guard let prefix, prefix.first == low, prefix.last == high else { return nil }
        return prefix.length
    }
}

private func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    bytes.reduce("0x") { $0 + ($1 < 16 ? "0" : "") + String($1, radix: 16) }
}
