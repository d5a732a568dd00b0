// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
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
        do throws(CNIError) { return try attempt(request, sandbox, previous) } catch {
            guard role == .interface, error.code == .alreadyLeased else { throw error }
            // By an ADD that was killed before it could record its leases; undoing this attempt gave them back.
            return try attempt(request, sandbox, previous)
        }
    }

    private func attempt(
        _ request: CNIRequest, _ sandbox: Sandbox, _ previous: CNIResult
    ) throws(CNIError) -> CNIResult {
        let attachment = try Attachment(request, sandbox, EndpointRecord(for: request), result: previous)
        do throws(CNIError) {
            for stage in stages { try stage.prepare(attachment) }
            try attachment.save(as: .attaching)
            for stage in stages { try stage.add(to: attachment) }
            try attachment.commitFirewall()
            try attachment.save(as: .attached)
            for stage in stages { try stage.confirm(attachment) }
        } catch {
            // Also when it was the last step that failed.
            attachment.record.state = .attaching
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

    /// Removes what a killed ADD, or an ADD for a sandbox that is gone, left under this attachment's name: of all types of
    /// the chain, since their part is of no use without the interface.
    ///
    /// - Throws: code 103 when the sandbox has the interface, before anything is touched: the names and leases of the
    ///   attachment may be those of somebody who is using them.
    private func clearTheWay(_ request: CNIRequest, _ sandbox: Sandbox) throws(CNIError) {
        guard let record = try EndpointRecord.stored(for: request) else {
            let name = request.interface
            guard try asking({ () throws(NetlinkError) in try sandbox.route.linkIfPresent(named: name) }) == nil else {
                throw CNIError(
                    .interfaceExists,
                    "the sandbox \(sandbox.path) has an interface \(name) already: remove it or ask for another name")
            }
            return
        }
        if record.state == .attached, try record.isLive(in: sandbox, interface: request.interface) {
            throw CNIError(
                .interfaceExists,
                "container \(request.containerID) is attached to network \(request.network) as \(request.interface) "
                    + "already: run DEL first")
        }
        try Pipeline.delete(
            Attachment(request, nil, record, result: CNIResult()), kinds, alsoForgetting: record.stages.map(\.key))
    }
}
