// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes
internal import SwnetState

/// What names need to know of an endpoint, in as few octets as it takes: fields one behind the other, each behind its kind
/// and its length, the container's first.
struct PackedEndpoint: Equatable {
    enum Field: UInt8 {
        /// On this or any other network.
        case container = 1
        /// Of the container's sandbox.
        case interface
        case address
        /// Without the root's label. The first one is the name for the way back.
        case name
        /// What is above a name of several labels.
        case branch
    }

    private enum ContainerForm: UInt8 {
        case text
        /// Hexadecimal digits, two in an octet.
        case digits
        case hash
    }

    private(set) var octets: [UInt8] = []

    init(_ record: EndpointRecord) {
        self.init(record.attachment)
        for address in record.addresses { append(.address, address.address.bytes) }
        let names = Self.names(of: record)
        for name in names { append(.name, name.wire.dropLast()) }
        for name in names {
            var branch = name.parent
            while let current = branch, !current.isRoot {
                append(.branch, current.wire.dropLast())
                branch = current.parent
            }
        }
    }

    /// The fields that tell endpoints of a network apart.
    init(_ attachment: AttachmentID) {
        append(.container, Self.pack(attachment.container))
        append(.interface, attachment.interface.text.utf8)
    }

    /// The container's name, its aliases and the beginning of its id, each once; what is no name is left out.
    static func names(of record: EndpointRecord) -> [DomainName] {
        var names: [DomainName] = []
        let texts = [record.name].compactMap { $0 } + record.aliases
        for text in texts + [String(record.attachment.container.text.prefix(12))] {
            if let name = DomainName(plain: text), !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Of at most 255 octets.
    private mutating func append(_ field: Field, _ content: some Collection<UInt8>) {
        octets.append(field.rawValue)
        octets.append(UInt8(content.count))
        octets.append(contentsOf: content)
    }

    /// In half the octets where that can be undone, and in no more than a field takes.
    private static func pack(_ container: ContainerID) -> [UInt8] {
        if let digits = digits(container.text), digits.count < 255 { return [ContainerForm.digits.rawValue] + digits }
        let text = container.text.utf8
        if text.count < 255 { return [ContainerForm.text.rawValue] + text }
        return [ContainerForm.hash.rawValue] + (digits(SHA512(of: container.text).text) ?? [])
    }

    /// Nil when the text is something else than pairs of lower-case digits.
    private static func digits(_ text: String) -> [UInt8]? {
        var octets: [UInt8] = []
        var upper: UInt8?
        for character in text.utf8 {
            guard let digit = hexadecimalDigit(character), character & 0x20 != 0 else { return nil }
            if let first = upper {
                octets.append(first << 4 | digit)
                upper = nil
            } else {
                upper = digit
            }
        }
        return upper == nil ? octets : nil
    }
}
