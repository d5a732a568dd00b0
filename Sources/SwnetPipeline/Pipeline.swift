// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import Netlink
internal import NetworkTypes
internal import SwnetState

/// Runs stages over one attachment: record, kernel, one nftables transaction, record.
package struct Pipeline {
    /// How a CNI type stands in a chain.
    package enum Role: Sendable {
        /// Makes the interface; there must be no attachment of that name yet.
        case interface
        /// Adds to what an earlier type made, and repeats its result.
        case chained
    }

    package let role: Role
    package let stages: [any Stage]

    package init(_ role: Role, _ stages: [any Stage]) {
        self.role = role
        self.stages = stages
    }

    /// ADD. When it throws, nothing that it made is left.
    package func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        let sandbox = try Sandbox(opening: request.openSandbox())
        let previous = role == .chained ? try request.requirePreviousResult() : CNIResult()
        if role == .interface { try clearTheWay(request, sandbox) }
        let attachment = try Attachment(request, sandbox, EndpointRecord(for: request), result: previous)
        do throws(CNIError) {
            for stage in stages { try stage.prepare(attachment) }
            try attachment.save(as: .attaching)
            for stage in stages { try stage.add(to: attachment) }
            try attachment.commitFirewall()
            try attachment.save(as: .attached)
        } catch {
            rollBack(attachment)
            throw error
        }
        for stage in stages { stage.settle(attachment) }
        return attachment.result
    }

    /// CHECK: the first difference that a stage finds.
    package func check(_ request: CNIRequest) throws(CNIError) {
        let result = try request.requirePreviousResult()
        let sandbox = try Sandbox(opening: request.openSandbox())
        guard let record = try EndpointRecord.stored(for: request) else {
            throw CNIError(
                .drifted, "\(request.attachment) on network \(request.network) is not recorded: run DEL, then ADD")
        }
        let attachment = try Attachment(request, sandbox, record, result: result)
        for stage in stages { try stage.check(attachment) }
        try attachment.checkFirewall(of: kinds.map { $0.section })
    }

    private var kinds: [any Stage.Type] { stages.map { type(of: $0) } }

    /// The path of DEL. What it fails at goes into the log, since the first error is the one that matters.
    private func rollBack(_ attachment: Attachment) {
        do throws(CNIError) { try Pipeline.delete(attachment, kinds) } catch {
            attachment.warn("while undoing a failed ADD: \(error)")
        }
    }

    /// Removes what a killed ADD, or an ADD for a sandbox that is gone, left under this attachment's name.
    private func clearTheWay(_ request: CNIRequest, _ sandbox: Sandbox) throws(CNIError) {
        guard let record = try EndpointRecord.stored(for: request) else { return }
        if record.state == .attached, try record.isLive(in: sandbox, interface: request.interface) {
            throw CNIError(
                .interfaceExists,
                "container \(request.containerID) is attached to network \(request.network) as \(request.interface) "
                    + "already: run DEL first")
        }
        try Pipeline.delete(Attachment(request, nil, record, result: CNIResult()), kinds)
    }
}
