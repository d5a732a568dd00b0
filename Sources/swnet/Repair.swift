// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import SwnetPipeline
internal import SwnetState

/// `swnet repair`: what other programs broke.
struct Repair: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Bring back what other programs took away from networks.",
        discussion: """
            Compares what is recorded of networks and attached containers with what the kernel has, and brings back \
            what is missing: the firewall, in one transaction, after 'nft flush ruleset' or the reload of another \
            firewall; bridges, with their addresses and the containers plugged into them; kernel settings; the \
            resolver of names. Says in one sentence each what it did. Established connections go on, and a second run \
            has nothing to do.
            """)

    @OptionGroup var options: UpkeepOptions

    func run() throws {
        var repair = try HostRepair(options.directories.layout, options.mode)
        try repair.run()
        try options.show(repair.log)
    }
}
