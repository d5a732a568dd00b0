// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

// C's anonymous enums arrive as Int, named ones as structs over UInt32, macros as Int32. libnftnl wants its attribute
// numbers as UInt16. These conversions are made here and nowhere else; all values are small constants.

func attribute(_ value: Int) -> UInt16 { UInt16(value) }
func attribute(_ value: some RawRepresentable<UInt32>) -> UInt16 { UInt16(value.rawValue) }
func number(_ value: some RawRepresentable<UInt32>) -> UInt32 { value.rawValue }
func number(_ value: some RawRepresentable<Int32>) -> UInt32 { UInt32(bitPattern: value.rawValue) }

/// `NFT_MSG_*`: what a message asks for.
enum MessageKind: UInt16 {
    case newTable = 0
    case getTable = 1
    case deleteTable = 2
    case newChain = 3
    case getChain = 4
    case deleteChain = 5
    case newRule = 6
    case getRule = 7
    case deleteRule = 8
    case newSet = 9
    case getSet = 10
    case deleteSet = 11
    case newElement = 12
    case getElement = 13
    case deleteElement = 14
    case trace = 17
}

/// nft's number for the verdict pseudo-type, `NFT_DATA_VERDICT`.
let verdictTypeIdentifier: UInt32 = 0xffff_ff00
/// `NFT_TABLE_F_OWNER`.
let tableFlagOwner: UInt32 = 0x2
/// `NFT_SET_*`, spelled out because the header has them as an enum without operators.
let setFlagInterval: UInt32 = 0x4
let setFlagMap: UInt32 = 0x8
let setFlagConcat: UInt32 = 0x80
/// `NFT_SET_ELEM_INTERVAL_END`.
let elementFlagIntervalEnd: UInt32 = 0x1
/// `NFTNL_UDATA_*_COMMENT`: 0 on tables, chains, rules and elements, 7 on sets.
let commentType: UInt8 = 0
let setCommentType: UInt8 = 7
/// `NFTNL_UDATA_SET_KEYBYTEORDER`, `NFTNL_UDATA_SET_DATABYTEORDER`.
let keyByteOrderType: UInt8 = 0
let dataByteOrderType: UInt8 = 1
