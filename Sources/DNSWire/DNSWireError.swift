// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no DNS message. Offsets count from the first octet of the message.
package enum DNSWireError: Error, Hashable, Sendable {
    /// The message ends inside the field that begins here.
    case truncated(at: Int)
    /// Bytes are left after the last record.
    case trailingBytes(at: Int)
    /// A compression pointer does not aim below the field or pointer target that carries it, so it might never end.
    case forwardPointer(from: Int, to: Int)
    /// A name goes through more pointers than it can have labels.
    case tooManyPointers(at: Int)
    /// A label of a kind that was never standardised.
    case reservedLabel(at: Int)
    /// A name of more than 255 octets. RFC 1035 section 2.3.4.
    case nameTooLong(at: Int)
    /// More than one question, which no server ever answered alike. RFC 9619.
    case severalQuestions(Int)
    /// The data of the record that begins here is shorter or longer than its type wants.
    case recordData(at: Int)
    /// An OPT record outside the additional section, or with an owner other than the root. RFC 6891 section 6.1.1.
    case misplacedOPT(at: Int)
    /// More than one OPT record. RFC 6891 section 6.1.1.
    case severalOPT(at: Int)
}

extension DNSWireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let offset): "read a DNS message: it ends inside the field at octet \(offset)"
        case .trailingBytes(let offset): "read a DNS message: it goes on after its last record, at octet \(offset)"
        case .forwardPointer(let source, let target):
            "read a DNS message: the pointer at octet \(source) aims at octet \(target), which is not before it"
        case .tooManyPointers(let offset): "read a DNS message: too many pointers in the name at octet \(offset)"
        case .reservedLabel(let offset): "read a DNS message: unknown kind of label at octet \(offset)"
        case .nameTooLong(let offset): "read a DNS message: the name at octet \(offset) is longer than 255 octets"
        case .severalQuestions(let count): "read a DNS message: it has \(count) questions"
        case .recordData(let offset): "read a DNS message: the data at octet \(offset) does not fit its record's type"
        case .misplacedOPT(let offset): "read a DNS message: the OPT record at octet \(offset) is out of place"
        case .severalOPT(let offset): "read a DNS message: there is a second OPT record at octet \(offset)"
        }
    }
}
