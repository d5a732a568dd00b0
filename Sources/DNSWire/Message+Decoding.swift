// SPDX-License-Identifier: Apache-2.0

extension Message {
    /// Decodes all of a message.
    ///
    /// - Parameter count: Octets of `bytes` that were received, so that a receive buffer can be read without a copy; nil for
    ///   all.
    /// - Throws: ``DNSWireError``; ``Header/init(decoding:count:)`` may still tell whom to answer with FORMERR.
    package init(decoding bytes: [UInt8], count: Int? = nil) throws(DNSWireError) {
        var reader = MessageReader(bytes, count: count)
        header = try reader.readHeader()
        let questions = try reader.readUInt16()
        let counts = (try reader.readUInt16(), try reader.readUInt16(), try reader.readUInt16())
        guard questions <= 1 else { throw .severalQuestions(Int(questions)) }
        question = questions == 1 ? try reader.readQuestion() : nil
        answers = try reader.readRecords(counts.0)
        authorities = try reader.readRecords(counts.1)
        (additionals, edns) = try reader.readAdditionals(counts.2)
        guard reader.offset == reader.end else { throw .trailingBytes(at: reader.offset) }
    }
}

extension Header {
    /// Decodes the first words alone.
    package init(decoding bytes: [UInt8], count: Int? = nil) throws(DNSWireError) {
        var reader = MessageReader(bytes, count: count)
        self = try reader.readHeader()
    }
}
