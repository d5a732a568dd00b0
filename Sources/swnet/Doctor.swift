// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import SwnetState

/// `swnet doctor`: what is wrong with the networks of this host, and what to do about it.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Find out what is wrong with the networks, and how to put it right.",
        discussion: """
            Compares what is configured and recorded with the kernel, and looks for what else on this host keeps \
            containers from being reached: routing that is off, other firewalls that drop, subnets and routes that \
            overlap, packet sizes that do not fit, leftovers of what is gone. Changes nothing.

            Each finding is an error (something does not work), a warning (something will not work, or is left over) or \
            a note, and comes with the command that puts it right. Exit status: 0 when nothing is worse than a note, \
            else 1.
            """)

    @Flag(help: "List what was checked and is fine, too.")
    var verbose = false
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let diagnosis = Diagnosis(HostFacts.gathered(directories.layout))
        switch format.format {
        case .json: Terminal.show(diagnosis.json)
        case .table:
            print(diagnosis.text(columns: StandardStreams.outputColumns, isVerbose: verbose), terminator: "")
        }
        if !diagnosis.isHealthy { throw ExitCode.failure }
    }
}
