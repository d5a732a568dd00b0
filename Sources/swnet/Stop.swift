// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import SwnetState

/// `swnet stop`: the end of sandboxes of `swnet run`.
struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End sandboxes of 'swnet run'.",
        discussion: """
            Asks the command of each sandbox to end (SIGTERM), kills it when it has not ended in time, waits until \
            everything that the sandbox had is given back, and prints its name. Containers of other runtimes are theirs \
            to stop.
            """)

    @Argument(
        help: ArgumentHelp("Name or id of a sandbox; several are allowed.", valueName: "sandbox"),
        completion: Candidates.sandboxes)
    var names: [String]
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How long to wait before the command is killed.", valueName: "seconds"))
    var time = 10
    @OptionGroup var directories: LayoutOptions

    func validate() throws {
        guard (0...86400).contains(time) else { throw ValidationError("--time is a number of seconds, 0 to 86400") }
    }

    func run() throws {
        let layout = directories.layout
        let targets = try Targets.current(layout)
        // Nothing is stopped when one of the names is wrong.
        let chosen = try names.map { name in
            guard let target = try targets.target(named: name) else { throw targets.unknown(name) }
            guard target.isOurs else {
                throw Failure("\(target.title) is a container of another runtime: stop it there")
            }
            return target
        }
        for target in chosen {
            try SandboxEnd(target, layout).reach(patience: time)
            print(target.title)
        }
    }
}
