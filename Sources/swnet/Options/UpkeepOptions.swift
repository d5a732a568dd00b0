// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import SwnetPipeline

/// What the commands that put things right have in common.
struct UpkeepOptions: ParsableArguments {
    @Flag(help: "Only say what would be done.")
    var dryRun = false
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    var mode: UpkeepLog.Mode { dryRun ? .plan : .apply }

    /// Prints what was found and done; the exit status tells whether something could not be done.
    func show(_ log: UpkeepLog) throws {
        switch format.format {
        case .json: Terminal.show(.array(log.steps.map(\.json)))
        case .table:
            if log.steps.isEmpty { print("Nothing to do.") }
            for step in log.steps { print(step) }
        }
        if log.steps.contains(where: \.hasFailed) { throw ExitCode.failure }
    }
}
