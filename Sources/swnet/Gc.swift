// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import SwnetPipeline
internal import SwnetState

/// `swnet gc`: what nobody uses any more.
struct Gc: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove what containers that are gone left behind.",
        discussion: """
            Removes what provably serves nobody: sandboxes of a 'swnet run' that was killed, attachments whose \
            namespace is gone or that are of an earlier boot, the addresses leased to them, and what the firewall has \
            for them. Says in one sentence each what it did. Attachments of containers that are only stopped are left \
            alone as long as their namespace exists; it takes the container runtime to know better.
            """)

    @OptionGroup var options: UpkeepOptions

    func run() throws {
        var collection = GarbageCollection(options.directories.layout, options.mode)
        try collection.run()
        try options.show(collection.log)
    }
}
