// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// The type of a key or of mapped data: one atom, or a concatenation of several.
///
/// - SeeAlso: nft(8), DATA TYPES; `enum datatypes` of nftables, which no header exports.
package struct DataType: Hashable, Sendable {
    package enum Atom: UInt32, Sendable {
        case ipv4Address = 7
        case ipv6Address = 8
        case etherAddress = 9
        case inetProtocol = 12
        case inetService = 13
        case mark = 19
        case interfaceName = 41
    }

    package let atoms: [Atom]

    package init(_ atoms: Atom...) { self.atoms = atoms }

    private init(atoms: [Atom]) { self.atoms = atoms }

    package static func concatenation(_ left: DataType, _ right: DataType) -> DataType {
        DataType(atoms: left.atoms + right.atoms)
    }

    /// nft's number of the type: six bits an atom.
    var identifier: UInt32 { atoms.reduce(0) { $0 << 6 | $1.rawValue } }

    /// Bytes of a value: those of the atom, or for a concatenation of all atoms, each padded to a register.
    var length: Int { atoms.count == 1 ? atoms[0].length : registerLength }

    /// Bytes a value takes in registers, which are 4 bytes wide.
    var registerLength: Int { atoms.reduce(0) { $0 + $1.registerLength } }

    /// As nft(8) writes it: `inet_proto . inet_service`.
    var text: String { atoms.map(\.text).joined(separator: " . ") }
}

extension DataType.Atom {
    /// Bytes of a value.
    var length: Int {
        switch self {
        case .ipv4Address, .mark: 4
        case .ipv6Address, .interfaceName: 16
        case .etherAddress: 6
        case .inetProtocol: 1
        case .inetService: 2
        }
    }

    var registerLength: Int { (length + 3) & ~3 }

    var text: String {
        switch self {
        case .ipv4Address: "ipv4_addr"
        case .ipv6Address: "ipv6_addr"
        case .etherAddress: "ether_addr"
        case .inetProtocol: "inet_proto"
        case .inetService: "inet_service"
        case .mark: "mark"
        case .interfaceName: "ifname"
        }
    }
}

extension [UInt8] {
    /// The bytes with zeros after them, up to a multiple of the register width of 4.
    var paddedToRegister: [UInt8] { self + [UInt8](repeating: 0, count: -count & 3) }
}
