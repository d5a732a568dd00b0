// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import SwnetState
internal import SystemPackage

/// `swnet exec`: another command in a sandbox of `swnet run`.
struct Exec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run another command in a running sandbox.",
        usage: "swnet exec <sandbox> -- <command> [<argument> ...]",
        discussion: """
            The sandbox is one that 'swnet run' made, by its name or the beginning of its id. The command sees its \
            interfaces, host name and files. Containers of Podman and others have an 'exec' of their own.

            Example:

              swnet exec web -- ip address
            """)

    @Argument(help: "Name or id of the sandbox.")
    var sandbox: String
    @OptionGroup var directories: LayoutOptions
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after '--'.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("Say what to run, after '--'") }
    }

    func run() throws {
        let layout = directories.layout
        let listing = try SandboxStore(layout).list()
        guard let record = listing.sandbox(named: sandbox), let process = record.processID else {
            throw Failure.noSandbox(sandbox)
        }
        do throws(SystemError) {
            try SandboxProcess.join(process, in: layout.sandbox(record.id, .namespace))
        } catch {
            throw error.isNotFound || error.errno == .noSuchProcess ? Failure.noSandbox(sandbox) : error
        }
        do throws(SystemError) { try SandboxProcess.replaceCaller(with: command) } catch {
            throw Failure.notExecuted(error)
        }
    }
}
