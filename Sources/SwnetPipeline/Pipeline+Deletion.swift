// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import Netlink
package import NetworkTypes
package import SwnetState

extension Pipeline {
    /// DEL of what `kinds` made.
    ///
    /// Firewall elements go first, so that nothing is steered at an address about to be free; then every stage runs, even
    /// after a failure, so that one broken stage cannot leak the others' state; the record goes last, and only if all
    /// went well, so that a repeated DEL knows what remains.
    ///
    /// - Parameter others: Sections of other kinds, of which only the firewall has something.
    package static func delete(
        _ attachment: Attachment, _ kinds: [any Stage.Type], alsoForgetting others: [String] = []
    ) throws(CNIError) {
        var firstFailure: CNIError?
        let sections = kinds.map { $0.section } + others.filter { other in !kinds.contains { $0.section == other } }
        var isPortClaimed = false
        do throws(CNIError) {
            isPortClaimed = try attachment.renouncePorts(of: sections)
            try attachment.withdrawFirewall(of: sections)
        } catch { firstFailure = error }
        if isPortClaimed { attachment.handOverPorts() }
        for kind in kinds.reversed() {
            do throws(CNIError) { try kind.delete(from: attachment) } catch { firstFailure = firstFailure ?? error }
        }
        if let firstFailure { throw firstFailure }
        let recorded = kinds.filter { attachment.section($0.section) != nil }
        try attachment.forget(sections)
        for kind in recorded { kind.haveForgotten(attachment) }
    }

    /// DEL as a runtime asks for it. Nothing but the names of network and attachment is needed.
    package static func delete(_ request: CNIRequest, _ kinds: [any Stage.Type]) throws(CNIError) {
        var sandbox: Sandbox?
        if let namespace = try request.openSandboxIfPresent() { sandbox = try Sandbox(opening: namespace) }
        var record = try EndpointRecord.stored(for: request)
        if record == nil { record = try EndpointRecord(for: request) }
        guard var record else { return }
        if request.undoesADD { record.state = .attaching }
        try delete(Attachment(request, sandbox, record, result: CNIResult()), kinds)
    }

    /// GC: deletes the recorded attachments of `network` that are not `valid`, and goes on past failures.
    package static func collect(
        _ network: NetworkName, _ kinds: [any Stage.Type], keeping valid: Set<AttachmentID>, layout: StateLayout
    ) throws(CNIError) {
        let listing = try storing { () throws(StateError) in try EndpointStore(layout).list(network) }
        var firstFailure = listing.failures.first.map { CNIError($0) }
        for record in listing.endpoints where !valid.contains(record.attachment) {
            do throws(CNIError) { try delete(Attachment(collecting: record, layout), kinds) } catch {
                firstFailure = firstFailure ?? error
            }
        }
        if let firstFailure { throw firstFailure }
    }
}
