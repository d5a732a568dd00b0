// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// A sandbox under our supervision: brought up, used, taken down.
struct Sandbox {
    let supervised: SupervisedSandbox

    /// Makes the namespace and attaches it to its networks. What fails is undone.
    func bringUp() throws {
        do {
            try makeNamespace()
            for index in supervised.record.attachments.indices {
                let attachment = supervised.record.attachments[index]
                let chain = try Self.chain(attachment)
                supervised.record.attachments[index].result = try chain.add(request(attachment))
                try supervised.save()
            }
            try writeFiles()
        } catch {
            undo()
            throw error
        }
    }

    private func makeNamespace() throws {
        let namespace = try NetworkNamespace.create(at: supervised.path(of: .namespace))
        guard let loopback = InterfaceName("lo") else { return }
        var inside = try RouteSocket(in: namespace)
        try inside.setLink(named: loopback, .up)
    }

    private func writeFiles() throws {
        let results = try supervised.record.attachments.map { attachment in
            try CNIResult(decoding: attachment.result ?? JSONObject(), assuming: .newest)
        }
        let hosts = SandboxFiles.hosts(hostname: supervised.record.hostname, results: results)
        try AtomicFile.write(Array(hosts.utf8), to: supervised.path(of: .hosts))
        guard let resolver = SandboxFiles.resolver(results: results) else { return }
        try AtomicFile.write(Array(resolver.utf8), to: supervised.path(of: .resolver))
    }

    /// Runs the command of the sandbox to its end; returns its exit status.
    func run(_ signals: HeldSignals) throws -> Int32 {
        let overlays = [
            SandboxProcess.Overlay(supervised.path(of: .hosts), over: "/etc/hosts"),
            SandboxProcess.Overlay(supervised.path(of: .resolver), over: "/etc/resolv.conf"),
        ]
        let plan = SandboxProcess.Plan(
            arguments: supervised.record.command, networkNamespace: supervised.path(of: .namespace),
            hostname: supervised.record.hostname, overlays: overlays.filter { File.exists($0.source) })
        let process = try Self.start(plan, signals)
        supervised.record.processID = process.processID
        try supervised.save()
        return try signals.relay(to: process.processID)
    }

    private static func start(_ plan: SandboxProcess.Plan, _ signals: HeldSignals) throws -> SandboxProcess {
        do throws(SystemError) { return try SandboxProcess.start(plan, signals) } catch {
            throw Failure.notExecuted(error)
        }
    }

    /// Detaches from all networks and removes the namespace. What cannot be removed is reported, and stays recorded so
    /// that the next swnet tries again.
    func takeDown() {
        let isGone = detach(supervised.record.attachments)
        do {
            try NetworkNamespace.remove(at: supervised.path(of: .namespace))
            if isGone { try supervised.remove() }
        } catch { Terminal.warn("\(error)") }
    }

    /// Takes down what could not be brought up, for good: the error of ADD says all there is to say.
    private func undo() {
        let attachments = supervised.record.attachments
        let made = attachments.prefix { $0.result != nil }
        if let failed = attachments.dropFirst(made.count).first {
            // A plugin that undid its own ADD has nothing to delete; one that could not is no better at this.
            do throws(CNIError) { try delete(failed) } catch {}
        }
        supervised.record.attachments = Array(made)
        takeDown()
    }

    /// Returns whether all went well.
    private func detach(_ attachments: [SandboxRecord.Attachment]) -> Bool {
        var isGone = true
        for attachment in attachments.reversed() {
            do throws(CNIError) { try delete(attachment) } catch {
                Terminal.warn("detach \(supervised.record.name) from network \(attachment.network): \(error)")
                isGone = false
            }
        }
        return isGone
    }

    private func delete(_ attachment: SandboxRecord.Attachment) throws(CNIError) {
        try Self.chain(attachment).delete(request(attachment), previous: attachment.result)
    }

    /// Takes down the sandboxes whose supervisor was killed.
    static func removeAbandoned(_ layout: StateLayout) {
        let store = SandboxStore(layout)
        do throws(StateError) {
            for record in try store.list().sandboxes {
                if let supervised = try store.takeOver(record.id) { Sandbox(supervised: supervised).takeDown() }
            }
        } catch { Terminal.warn("\(error)") }
    }

    /// Detaches every sandbox from `network`, supervised or not. Its supervisor will detach it again, which does no harm.
    static func detachAll(from network: NetworkName, _ layout: StateLayout) throws {
        for record in try SandboxStore(layout).list().sandboxes {
            for attachment in record.attachments where attachment.network == network {
                let namespace = layout.sandbox(record.id, .namespace)
                try chain(attachment).delete(
                    request(attachment, of: record, in: namespace), previous: attachment.result)
            }
        }
    }

    private func request(_ attachment: SandboxRecord.Attachment) -> PluginChain.Attachment {
        Self.request(attachment, of: supervised.record, in: supervised.path(of: .namespace))
    }

    private static func request(
        _ attachment: SandboxRecord.Attachment, of record: SandboxRecord, in namespace: FilePath
    ) -> PluginChain.Attachment {
        PluginChain.Attachment(
            AttachmentID(container: record.id, interface: attachment.interface),
            netns: File.exists(namespace) ? namespace : nil, arguments: attachment.arguments,
            capabilities: attachment.capabilities)
    }

    private static func chain(_ attachment: SandboxRecord.Attachment) throws(CNIError) -> PluginChain {
        let list = try NetworkList(parsing: attachment.list.encoded())
        return PluginChain(list, path: PluginPath.current, environment: ProcessContext.environment)
    }
}
