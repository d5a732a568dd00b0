// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// `swnet graph`: the networks of this host as a picture.
struct Graph: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw networks and what is attached to them.",
        discussion: """
            Shows the ways out of this host, and each network with its bridge, its containers, their addresses and \
            published ports. Networks that other plugins run are marked 'foreign'; ports of a bridge that nobody \
            recorded are listed as such.

            Formats: text (a tree for the terminal), svg (a picture that stands alone), dot (Graphviz), mermaid \
            (Markdown), json.

            Examples:

              swnet graph
              swnet graph mynet --format svg > mynet.svg
              swnet graph --format dot | dot -Tpdf > host.pdf
            """)

    @Argument(help: ArgumentHelp("Network; several are allowed (default: all).", valueName: "network"))
    var names: [NetworkName] = []
    @Option(help: "How to draw it.")
    var format = GraphFormat.text
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let graph = try HostGraph(directories.layout, showing: names)
        switch format {
        case .text: print(graph.text(columns: Terminal.columns), terminator: "")
        case .svg: print(GraphSVG(graph).text, terminator: "")
        case .dot: print(graph.dot, terminator: "")
        case .mermaid: print(graph.mermaid, terminator: "")
        case .json: Terminal.show(graph.json)
        }
    }
}
