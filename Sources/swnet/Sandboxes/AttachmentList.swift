// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NetworkTypes
internal import SwnetState

/// The attachments of one running sandbox while no other process changes them, and how they are written down.
struct AttachmentList {
    let target: Target
    private(set) var attachments: [SandboxRecord.Attachment]
    let save: ([SandboxRecord.Attachment]) throws -> Void

    init(
        of target: Target, _ attachments: [SandboxRecord.Attachment],
        save: @escaping ([SandboxRecord.Attachment]) throws -> Void
    ) {
        self.target = target
        self.attachments = attachments
        self.save = save
    }

    /// Attaches, or leaves everything as it was. Recorded first, so that whatever ends this leaves a trace.
    mutating func add(_ attachment: SandboxRecord.Attachment) throws {
        attachments.append(attachment)
        try save(attachments)
        let position = attachments.count - 1
        do {
            attachments[position].result = try operation(attachment).add()
            try save(attachments)
        } catch {
            operation(attachments[position]).undo()
            attachments.remove(at: position)
            try save(attachments)
            throw error
        }
    }

    /// Detaches from `network`; returns false when nothing was attached to it.
    ///
    /// - Parameter whatever: Forgets also what its plugins fail to remove.
    mutating func remove(from network: NetworkName, forgetting whatever: Bool) throws -> Bool {
        let concerned = attachments.filter { $0.network == network }
        for attachment in concerned.reversed() {
            do throws(CNIError) { try operation(attachment).delete() } catch {
                guard whatever else {
                    throw Failure("\(error): 'swnet disconnect --force' forgets \(target.title) all the same")
                }
                Terminal.warn("\(error)")
            }
            attachments.removeAll { $0 == attachment }
            try save(attachments)
        }
        return !concerned.isEmpty
    }

    private func operation(_ attachment: SandboxRecord.Attachment) -> NetworkAttachment {
        NetworkAttachment(container: target.id, namespace: target.namespace, attachment: attachment)
    }
}
