// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// `swnet run`: a command on a network, with no container runtime.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command on a network, without a container runtime.",
        usage: "swnet run [--network <network> ...] [<options>] -- <command> [<argument> ...]",
        discussion: """
            The command gets network interfaces, a host name, /etc/hosts and /etc/resolv.conf of its own; files and \
            processes are those of this host. Signals are passed on and the exit status is the command's. When it ends, \
            what it left running is killed, and its addresses and ports are given back.

            With --detach the command runs in the background and its id is printed. What it writes goes to \
            logs/<name>.log in the state directory (/run/swnet), which stays until 'swnet stop', the next sandbox of \
            that name, or a reboot; with --rm it goes when the command ends.

            Of several networks the first is the way out and has the published ports; when it is disconnected, the next \
            one leads out.

            Examples:

              swnet run --network mynet --name web --publish 8080:80 -- busybox httpd -f -p 80
              swnet run --network mynet -- wget -q -O - http://10.89.0.2/
              swnet run -d --network front --network back:ip=10.90.0.7,alias=db --name app -- app
            """)

    @OptionGroup var sandbox: SandboxOptions
    @Flag(name: [.customShort("d"), .long], help: "Run in the background and print the id.")
    var detach = false
    @Flag(help: "With --detach: remove the log when the command ends. The sandbox always goes.")
    var rm = false
    @OptionGroup var directories: LayoutOptions
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after '--'.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("Say what to run, after '--'") }
    }

    func run() throws {
        let layout = directories.layout
        StandardStreams.secure()
        Sandbox.removeAbandoned(layout)
        let record = try sandbox.record(of: command, layout)
        guard detach else { throw ExitCode(try run(record, layout)) }
        switch try BackgroundProcess.fork() {
        case .starter(nil): print(record.id)
        case .starter(let status?): throw ExitCode(status)
        case .background(let background): throw ExitCode(try run(record, layout, in: background))
        }
    }

    /// Returns the exit status of the command.
    private func run(_ record: SandboxRecord, _ layout: StateLayout) throws -> Int32 {
        try supervise(record, layout) { sandbox, signals in
            try sandbox.run(signals, environment: self.sandbox.environment)
        }
    }

    private func run(
        _ record: SandboxRecord, _ layout: StateLayout, in background: consuming BackgroundProcess
    ) throws -> Int32 {
        let log = layout.log(ofSandbox: record.name)
        try File.createDirectory(log.removingLastComponent())
        try File.remove(log)
        defer { if rm { removeLog(log) } }
        // A closure cannot consume what it captures, except through an optional.
        var waiting: BackgroundProcess? = consume background
        return try supervise(record, layout) { sandbox, signals in
            try sandbox.run(signals, environment: self.sandbox.environment, output: log) {
                waiting.take()?.becomeReady(output: log)
            }
        }
    }

    private func removeLog(_ log: FilePath) {
        do throws(SystemError) { try File.remove(log) } catch { Terminal.warn("\(error)") }
    }

    private func supervise(
        _ record: SandboxRecord, _ layout: StateLayout, _ body: (Sandbox, HeldSignals) throws -> Int32
    ) throws -> Int32 {
        let signals = HeldSignals()
        var record = record
        record.supervisorID = RunningProcess.current.id
        let sandbox = Sandbox(supervised: try SandboxStore(layout).add(record))
        try sandbox.bringUp(self.sandbox.sysctls)
        defer { sandbox.takeDown() }
        if let signal = signals.takeEnding() { return 128 + signal }
        return try body(sandbox, signals)
    }
}
