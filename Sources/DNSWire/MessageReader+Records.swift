// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension MessageReader {
    mutating func readHeader() throws(DNSWireError) -> Header {
        Header(id: try readUInt16(), bits: try readUInt16())
    }

    mutating func readQuestion() throws(DNSWireError) -> Question {
        Question(
            try readName(), RecordType(rawValue: try readUInt16()), RecordClass(rawValue: try readUInt16()))
    }

    mutating func readRecords(_ count: UInt16) throws(DNSWireError) -> [ResourceRecord] {
        var records: [ResourceRecord] = []
        for _ in 0..<count {
            let start = offset
            let name = try readName()
            let type = RecordType(rawValue: try readUInt16())
            guard type != .opt else { throw .misplacedOPT(at: start) }
            records.append(try readRecord(name, type))
        }
        return records
    }

    /// The additional section, with the OPT record sorted out.
    mutating func readAdditionals(_ count: UInt16) throws(DNSWireError) -> (records: [ResourceRecord], edns: EDNS?) {
        var records: [ResourceRecord] = []
        var edns: EDNS?
        for _ in 0..<count {
            let start = offset
            let name = try readName()
            let type = RecordType(rawValue: try readUInt16())
            guard type == .opt else {
                records.append(try readRecord(name, type))
                continue
            }
            guard name.isRoot else { throw .misplacedOPT(at: start) }
            guard edns == nil else { throw .severalOPT(at: start) }
            edns = try readEDNS()
        }
        return (records, edns)
    }

    /// What follows the type of an OPT record.
    private mutating func readEDNS() throws(DNSWireError) -> EDNS {
        var edns = EDNS(payloadSize: try readUInt16())
        edns.extendedResponseCode = try readUInt8()
        edns.version = try readUInt8()
        edns.isDNSSECWanted = try readUInt16() & 0x8000 != 0
        let dataEnd = try readDataEnd()
        while offset < dataEnd {
            let start = offset
            let (code, count) = (try readUInt16(), try readUInt16())
            guard offset + Int(count) <= dataEnd else { throw .recordData(at: start) }
            edns.options.append(EDNS.Option(code: code, data: Array(try readOctets(Int(count)))))
        }
        return edns
    }

    /// Reads the length of record data; where the data ends.
    private mutating func readDataEnd() throws(DNSWireError) -> Int {
        let start = offset
        let count = Int(try readUInt16())
        guard offset + count <= end else { throw .truncated(at: start) }
        return offset + count
    }

    /// What follows the type of a record.
    private mutating func readRecord(_ name: DomainName, _ type: RecordType) throws(DNSWireError) -> ResourceRecord {
        let recordClass = RecordClass(rawValue: try readUInt16())
        let timeToLive = try readUInt32()
        let dataEnd = try readDataEnd()
        let start = offset
        let data = try readData(type, recordClass, until: dataEnd)
        guard offset == dataEnd else { throw .recordData(at: start) }
        return ResourceRecord(name, timeToLive: timeToLive, data, recordClass: recordClass)
    }

    private mutating func readData(
        _ type: RecordType, _ recordClass: RecordClass, until dataEnd: Int
    ) throws(DNSWireError) -> RecordData {
        let isInternet = recordClass == .internet
        // In an update, class ANY or NONE without data means any data. RFC 2136 section 2.5.
        if !isInternet, offset == dataEnd { return .opaque(type, []) }
        switch type {
        case .a where isInternet: return .a(IPv4Address(rawValue: try readUInt32()))
        case .aaaa where isInternet:
            let (high, low) = (try readUInt64(), try readUInt64())
            return .aaaa(IPv6Address(rawValue: UInt128(high) << 64 | UInt128(low)))
        case .ns: return .ns(try readName())
        case .cname: return .cname(try readName())
        case .ptr: return .ptr(try readName())
        case .mx: return .mx(preference: try readUInt16(), exchange: try readName())
        case .srv where isInternet: return .srv(try readServiceLocation())
        case .txt: return .txt(try readStrings(until: dataEnd))
        case .soa: return .soa(try readStartOfAuthority())
        default: return .opaque(type, try readOpaque(DataLayout.of(type), until: dataEnd))
        }
    }

    private mutating func readServiceLocation() throws(DNSWireError) -> ServiceLocation {
        ServiceLocation(
            priority: try readUInt16(), weight: try readUInt16(), port: try readUInt16(), target: try readName())
    }

    private mutating func readStartOfAuthority() throws(DNSWireError) -> StartOfAuthority {
        StartOfAuthority(
            primary: try readName(), mailbox: try readName(), serial: try readUInt32(), refresh: try readUInt32(),
            retry: try readUInt32(), expire: try readUInt32(), minimum: try readUInt32())
    }

    private mutating func readStrings(until dataEnd: Int) throws(DNSWireError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        while offset < dataEnd {
            let start = offset
            let count = Int(try readUInt8())
            guard offset + count <= dataEnd else { throw .recordData(at: start) }
            strings.append(Array(try readOctets(count)))
        }
        return strings
    }

    /// Data as octets, its names written out, since a pointer means nothing in another message.
    private mutating func readOpaque(_ layout: [DataLayout], until dataEnd: Int) throws(DNSWireError) -> [UInt8] {
        let start = offset
        var data: [UInt8] = []
        for part in layout {
            switch part {
            case .octets(let count): data.append(contentsOf: try readOctets(count))
            case .string:
                let count = try readUInt8()
                data.append(count)
                data.append(contentsOf: try readOctets(Int(count)))
            case .name: data.append(contentsOf: try readName().wire)
            }
        }
        guard offset <= dataEnd else { throw .recordData(at: start) }
        data.append(contentsOf: try readOctets(dataEnd - offset))
        guard data.count <= UInt16.max else { throw .recordData(at: start) }
        return data
    }
}

/// Parts of the data of types in which old servers compress names. RFC 1035 section 3.3, RFC 3597 section 4.
enum DataLayout {
    case octets(Int)
    /// A length and as many octets.
    case string
    case name

    /// Up to the last name; what follows that one needs no reading. Empty for every other type.
    static func of(_ type: RecordType) -> [DataLayout] {
        switch type.rawValue {
        case 3, 4, 7, 8, 9, 39: [.name]  // MD MF MB MG MR DNAME
        case 14, 17: [.name, .name]  // MINFO RP
        case 18, 21, 36: [.octets(2), .name]  // AFSDB RT KX
        case 24: [.octets(18), .name]  // SIG
        case 26: [.octets(2), .name, .name]  // PX
        case 30: [.name]  // NXT
        case 35: [.octets(4), .string, .string, .string, .name]  // NAPTR
        default: []
        }
    }
}
