// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// A sandbox under our supervision: brought up, used, taken down.
final class Sandbox {
    private let supervised: SupervisedSandbox
    /// Of who may not bind it to a file: it then lives as long as it is held.
    private var held: NetworkNamespace?

    init(supervised: SupervisedSandbox) { self.supervised = supervised }

    /// Makes the namespace and attaches it to its networks. What fails is undone.
    func bringUp(_ settings: [SysctlOption]) throws {
        do {
            try makeNamespace()
            // Those of interfaces have to wait for the interfaces.
            let rest = try write(settings) { _ in true }
            try Locked.run { () throws(LockedError<any Error>) in try supervised.changing { try attach() } }
            _ = try write(rest) { _ in false }
            try SandboxFiles.write(for: supervised.record, supervised.layout)
        } catch {
            undo()
            throw error
        }
    }

    private func makeNamespace() throws {
        if let namespace = try bindNamespace() {
            try startLoopback(in: namespace)
        } else {
            let namespace = try NetworkNamespace.createUnnamed()
            try startLoopback(in: namespace)
            supervised.record.namespace = namespace.processPath
            held = consume namespace
        }
        try supervised.save()
    }

    /// Nil for who may make namespaces but not mount them, being root of a user namespace alone.
    private func bindNamespace() throws -> NetworkNamespace? {
        do throws(SystemError) { return try NetworkNamespace.create(at: supervised.path(of: .namespace)) } catch {
            guard error.errno == .notPermitted else { throw error }
            return nil
        }
    }

    private func attach() throws {
        for index in supervised.record.attachments.indices {
            supervised.record.attachments[index].result = try attachment(at: index).add()
            try supervised.save()
        }
    }

    private func attachment(at index: Int) -> NetworkAttachment {
        NetworkAttachment(
            container: supervised.record.id, namespace: supervised.namespace,
            attachment: supervised.record.attachments[index])
    }

    /// Writes kernel settings of the sandbox; returns those whose key does not exist and may be `missing`.
    private func write(
        _ settings: [SysctlOption], mayMiss: (SysctlOption) -> Bool
    ) throws -> [SysctlOption] {
        guard !settings.isEmpty else { return [] }
        return try withNetworkNamespace(NetworkNamespace(path: supervised.namespace)) {
            try settings.filter { setting in
                do throws(SystemError) { try setting.key.write(setting.value) } catch {
                    guard error.isNotFound, mayMiss(setting) else { throw error }
                    return true
                }
                return false
            }
        }
    }

    /// Runs the command of the sandbox to its end; returns its exit status.
    ///
    /// - Parameters:
    ///   - environment: `NAME=value` entries on top of this program's.
    ///   - output: Where the command writes; nil for where this program does.
    ///   - hasStarted: Called when the command runs.
    func run(
        _ signals: HeldSignals, environment: [String], output: FilePath? = nil, hasStarted: () -> Void = {}
    ) throws -> Int32 {
        let overlays = [
            SandboxProcess.Overlay(supervised.path(of: .hosts), over: "/etc/hosts"),
            SandboxProcess.Overlay(supervised.path(of: .resolver), over: "/etc/resolv.conf"),
        ]
        var plan = SandboxProcess.Plan(
            arguments: supervised.record.command, networkNamespace: supervised.namespace,
            hostname: supervised.record.hostname, overlays: overlays)
        plan.environment = environment
        plan.output = output
        let process = try Self.start(plan, signals)
        try Locked.run { () throws(LockedError<any Error>) in
            try supervised.changing {
                supervised.record.processID = process.processID
                try supervised.save()
            }
        }
        hasStarted()
        return try signals.relay(to: process.processID)
    }

    private static func start(_ plan: SandboxProcess.Plan, _ signals: HeldSignals) throws -> SandboxProcess {
        do throws(SystemError) { return try SandboxProcess.start(plan, signals) } catch {
            throw Failure.notExecuted(error)
        }
    }

    /// Ends what still runs in the sandbox, detaches it from all networks and removes the namespace. What cannot be
    /// removed is reported, and stays recorded so that the next swnet tries again.
    ///
    /// - Returns: Whether all is gone.
    @discardableResult
    func takeDown() -> Bool {
        do {
            return try Locked.run { () throws(LockedError<any Error>) in
                try supervised.changing {
                    try endProcesses()
                    let isGone = detach()
                    try NetworkNamespace.remove(at: supervised.path(of: .namespace))
                    held = nil
                    if isGone { try supervised.remove() }
                    return isGone
                }
            }
        } catch {
            Terminal.warn("\(error)")
            return false
        }
    }

    /// What a command left running has no network to come back to.
    private func endProcesses() throws(SystemError) {
        // A descriptor of a supervisor that died may by now be one of another process.
        guard supervised.record.namespace == nil || held != nil else { return }
        do throws(SystemError) {
            let identity = try NetworkNamespace(path: supervised.namespace).identity()
            for process in try RunningProcess.all(in: identity) { try process.send(.kill) }
        } catch {
            // There was no namespace yet, or nothing but the file for it.
            guard error.isNotFound || error.errno == .invalidArgument else { throw error }
        }
    }

    /// Returns whether all went well.
    private func detach() -> Bool {
        var isGone = true
        for index in supervised.record.attachments.indices.reversed() {
            do throws(CNIError) { try attachment(at: index).delete() } catch {
                let network = supervised.record.attachments[index].network
                Terminal.warn("detach \(supervised.record.name) from network \(network): \(error)")
                isGone = false
            }
        }
        return isGone
    }

    /// Takes down what could not be brought up, for good: the error of ADD says all there is to say.
    private func undo() {
        let made = supervised.record.attachments.prefix { $0.result != nil }
        if supervised.record.attachments.count > made.count { attachment(at: made.count).undo() }
        supervised.record.attachments = Array(made)
        // What is recorded is what takeDown() goes by.
        do throws(StateError) { try supervised.save() } catch { Terminal.warn("\(error)") }
        takeDown()
    }
}

private func startLoopback(in namespace: borrowing NetworkNamespace) throws {
    guard let loopback = InterfaceName("lo") else { return }
    var inside = try RouteSocket(in: namespace)
    try inside.setLink(named: loopback, .up)
}

extension Sandbox {
    /// Takes down the sandboxes whose supervisor was killed, and detaches those of others that do not exist any more. Who
    /// may not do that does nothing.
    ///
    /// - Returns: Names of what was removed.
    @discardableResult
    static func removeAbandoned(_ layout: StateLayout) -> [String] {
        var removed: [String] = []
        let store = SandboxStore(layout)
        do throws(StateError) {
            for record in try store.list().sandboxes {
                guard let supervised = try store.takeOver(record.id) else { continue }
                if Sandbox(supervised: supervised).takeDown() { removed.append(record.name) }
            }
        } catch { if !Failure.isForbidden(error) { Terminal.warn("\(error)") } }
        return removed + Connection.removeAbandoned(layout)
    }

    /// Detaches every sandbox from `network`; what they are goes on without it.
    static func detachAll(from network: NetworkName, _ layout: StateLayout) throws {
        let store = SandboxStore(layout)
        for record in try store.list().sandboxes
        where record.attachments.contains(where: { $0.network == network }) && !store.isAbandoned(record.id) {
            try Connection(target: Target(record, layout), layout: layout).changing { list in
                _ = try list.remove(from: network, forgetting: false)
            }
        }
        try Connection.detachAll(from: network, layout)
    }
}
