// SPDX-License-Identifier: Apache-2.0

// Compiled by scripts/fuzz as one module with Sources/NetworkTypes and Sources/DNSWire, which is why nothing is imported.

/// No bytes may trap; what reads must write and read back equal, at every limit within that limit.
@_cdecl("LLVMFuzzerTestOneInput")
func readAndWriteBack(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    do throws(DNSWireError) {
        let message = try Message(decoding: bytes)
        inspect(message)
        for limit in [0, 512, 1232, MessageWriter.maximumLimit] { writeAndRead(message, limit) }
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}

private func writeAndRead(_ message: Message, _ limit: Int) {
    let written = message.encoded(limit: limit)
    precondition(written.count <= max(limit, MessageWriter.minimumLimit), "longer than its limit")
    do throws(DNSWireError) {
        let again = try Message(decoding: written)
        precondition(again.question == message.question && again.header.id == message.header.id)
        precondition((again.edns == nil) == (message.edns == nil), "the OPT record is gone")
        precondition(message.answers.starts(with: again.answers) && message.authorities.starts(with: again.authorities))
        let isComplete =
            again.answers.count == message.answers.count && again.authorities.count == message.authorities.count
        precondition(isComplete || again.header.isTruncated, "TC is missing")
        if limit == MessageWriter.maximumLimit, isComplete, again.additionals.count == message.additionals.count {
            precondition(again == message, "reads back different")
        }
    } catch { preconditionFailure("cannot read what was written: \(error)") }
}

/// Asks every question about names that the resolver asks.
private func inspect(_ message: Message) {
    for name in [message.question?.name].compactMap({ $0 }) + message.answers.map(\.name) {
        precondition(DomainName(name.description)?.isSpelled(like: name) == true, "\(name) is another name in text")
        guard let parent = name.parent else { continue }
        precondition(name.isInside(parent) && !parent.isInside(name))
        precondition(name.relative(to: parent)?.inside(parent)?.isSpelled(like: name) == true)
    }
}
