// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet port`: where the ports of a container are published.
struct PortList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port", abstract: "Show where the ports of a container are published.",
        discussion: """
            Prints a line for each published port and family, as Docker does; with a port, only where that one is \
            published. 0.0.0.0 and [::] stand for every address of this host.

            Examples:

              swnet port web
              swnet port web 53/udp
            """)

    @Argument(
        help: ArgumentHelp("Name or id of the container.", valueName: "container"), completion: Candidates.sandboxes)
    var container: String
    @Argument(
        help: ArgumentHelp("Port of the container, of TCP unless it says otherwise.", valueName: "port[/protocol]"))
    var port: ContainerPort?
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        let target = try Targets.current(layout).find(container)
        let views = try EndpointView.all(layout).filter { $0.attachment.container == target.id }
        var bindings = views.flatMap { $0.portBindings }
        if let port {
            bindings = bindings.filter { $0.container == port }
            guard !bindings.isEmpty else {
                throw Failure("port \(port) of \(target.title) is not published: see 'swnet port \(target.title)'")
            }
        }
        // Several networks may have been asked for the same ports, and one of them has them.
        let unique = bindings.reduce(into: [PortBinding]()) { if !$0.contains($1) { $0.append($1) } }.sorted()
        switch format.format {
        case .json: Terminal.show(.array(unique.map(\.json)))
        case .table: for binding in unique { print(port == nil ? binding.description : binding.place) }
        }
    }
}
