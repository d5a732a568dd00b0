// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SwnetState
internal import SystemPackage

/// The end of a sandbox, asked for from outside: its supervisor does the work, as long as there is one.
struct SandboxEnd {
    private let target: Target
    private let layout: StateLayout
    private var store: SandboxStore { SandboxStore(layout) }

    init(_ target: Target, _ layout: StateLayout) {
        self.target = target
        self.layout = layout
    }

    /// Returns when nothing of the sandbox is left.
    ///
    /// - Parameter patience: How long the command may take to end by itself, in seconds.
    func reach(patience: Int) throws {
        try signal(.terminate) { $0.supervisorID }
        if try !isGone(within: patience * 1000) {
            try signal(.kill) { $0.processID }
            if try !isGone(within: Self.cleaning) {
                // It hangs, or never came as far as a command.
                try signal(.kill) { $0.supervisorID }
                guard try isGone(within: Self.cleaning) else {
                    throw Failure("\(target.title) does not end: see what its supervisor does, and run 'swnet gc'")
                }
            }
        }
        try File.remove(layout.log(ofSandbox: target.title))
    }

    /// Longest time for a supervisor to give back what its sandbox had, in milliseconds.
    private static let cleaning = 20_000

    private func signal(_ signal: RunningProcess.Signal, _ process: (SandboxRecord) -> Int32?) throws {
        guard let record = try store.read(target.id), !store.isAbandoned(target.id), let id = process(record) else {
            return
        }
        try RunningProcess(id).send(signal)
    }

    /// Waits until the sandbox is gone, and takes it down when its supervisor was killed.
    private func isGone(within milliseconds: Int) throws -> Bool {
        var waited = 0
        while try store.read(target.id) != nil {
            if let abandoned = try store.takeOver(target.id) {
                guard Sandbox(supervised: abandoned).takeDown() else {
                    throw Failure("\(target.title) could not be taken down: run 'swnet gc' when that is put right")
                }
                return true
            }
            guard waited < milliseconds else { return false }
            pause(milliseconds: 10)
            waited += 10
        }
        return true
    }
}
