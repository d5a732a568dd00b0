// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import SwnetState
internal import SystemPackage

/// `swnet exec`: another command in a sandbox.
struct Exec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run another command in a running sandbox.",
        usage: "swnet exec <sandbox> -- <command> [<argument> ...]",
        discussion: """
            In a sandbox of 'swnet run', which is named by its name or the beginning of its id, the command sees its \
            interfaces, host name and files. In the container of another runtime, which may also be named by a process id \
            or the path of its network namespace, it sees the interfaces; files and host name are those of this host, so \
            that programs can be used which the container does not have. Signals and the exit status are the command's own.

            Examples:

              swnet exec web -- ip address
              swnet exec 4711 -- tcpdump -i eth0
            """)

    @Argument(
        help: ArgumentHelp("Name, id, process id or namespace path of the sandbox.", valueName: "sandbox"),
        completion: Candidates.sandboxes)
    var sandbox: String
    @OptionGroup var directories: LayoutOptions
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after '--'.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("Say what to run, after '--'") }
    }

    func run() throws {
        let layout = directories.layout
        let target = try Targets.current(layout).find(sandbox)
        let record = try record(of: target, layout)
        do throws(SystemError) { try Self.join(target, record) } catch {
            throw error.isNotFound || error.errno == .noSuchProcess ? Failure.gone(target.title) : error
        }
        do throws(SystemError) { try SandboxProcess.replaceCaller(with: command) } catch {
            throw Failure.notExecuted(error)
        }
    }

    /// Nil for a sandbox that is not ours.
    private func record(of target: Target, _ layout: StateLayout) throws -> SandboxRecord? {
        guard target.isOurs else { return nil }
        guard let record = try SandboxStore(layout).read(target.id) else { throw Failure.gone(target.title) }
        return record
    }

    private static func join(_ target: Target, _ record: SandboxRecord?) throws(SystemError) {
        guard let record else { return try SandboxProcess.join(NetworkNamespace(path: target.namespace)) }
        guard let process = record.processID else { throw SystemError("join \(target.title)", .noSuchProcess) }
        try SandboxProcess.join(process, in: target.namespace)
    }
}
