// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// A ``HostGraph`` as a picture: ways out at the top, and below them a panel for each network.
package struct GraphSVG {
    private let graph: HostGraph
    private var canvas = SVGCanvas()

    static let margin = 20.0
    /// Between a box and what is in it.
    static let padding = 12.0
    /// Panels begin here; to the left of them is the line to the ways out.
    private static let panelX = 56.0
    private static let trunkX = 36.0

    package init(_ graph: HostGraph) {
        self.graph = graph
        draw()
    }

    /// The SVG document.
    package var text: String {
        canvas.document(title: "Networks of \(graph.host)", margin: Self.margin, style: Self.style)
    }

    private mutating func draw() {
        canvas.text("host \(graph.host)", x: Self.margin, y: 34, "title")
        let start = drawUplinks()
        let panels = graph.networks.map(GraphPanel.init)
        let width = panels.map(\.width).max() ?? 0
        var y = start + 28
        var last = start
        for panel in panels {
            let frame = Frame(x: Self.panelX, y: y, width: width, height: panel.height)
            panel.draw(on: &canvas, in: frame)
            if !panel.network.traits.isInternal {
                last = y + GraphPanel.headerMiddle
                canvas.line(from: (Self.trunkX, last), to: (Self.panelX, last), "wire")
            }
            y = frame.bottom + 20
        }
        if last > start { canvas.line(from: (Self.trunkX, start), to: (Self.trunkX, last), "wire") }
        if graph.networks.isEmpty { canvas.text("no networks", x: Self.panelX, y: y + 14, "dim") }
    }

    /// Returns where the line to the networks begins.
    private mutating func drawUplinks() -> Double {
        var x = Self.margin
        var bottom = 42.0
        for uplink in graph.uplinks {
            let lines = uplink.addresses.map(\.description) + uplink.gateways.map { "via \($0)" }
            let title = "uplink \(uplink.name)"
            let content = ([title] + lines).map(SVGCanvas.width).max() ?? 0
            let frame = Frame(
                x: x, y: 52, width: content + 2 * Self.padding,
                height: Double(lines.count + 1) * SVGCanvas.lineHeight + Self.padding)
            canvas.box(frame, "uplink")
            canvas.text(title, x: x + Self.padding, y: frame.y + 20, "name")
            for (index, line) in lines.enumerated() {
                let y = frame.y + 20 + Double(index + 1) * SVGCanvas.lineHeight
                canvas.text(line, x: x + Self.padding, y: y, "text")
            }
            x = frame.right + 20
            bottom = max(bottom, frame.bottom)
        }
        return graph.uplinks.isEmpty ? bottom : 52 + firstUplinkHeight
    }

    private var firstUplinkHeight: Double {
        let lines = graph.uplinks.first.map { $0.addresses.count + $0.gateways.count } ?? 0
        return Double(lines + 1) * SVGCanvas.lineHeight + Self.padding
    }

    /// Colours for light pages, and for dark ones where the viewer has them.
    private static let style = """
        svg{font:13px "DejaVu Sans Mono",ui-monospace,Menlo,Consolas,"Liberation Mono",monospace}
        .page{fill:#fff}
        .title{font-size:16px;font-weight:bold}
        .name{font-weight:bold}
        text{fill:#1c2530}
        .dim{fill:#5d6b7a}
        .port{fill:#0b5cad}
        .mark{fill:#7a4300}
        .panel{fill:#f5f7fa;stroke:#c3ccd6}
        .foreign{fill:#fafafa;stroke:#9aa5b1;stroke-dasharray:6 4}
        .bridge{fill:#dbe9f8;stroke:#6f9fd0}
        .missing{fill:none;stroke:#9aa5b1;stroke-dasharray:4 3}
        .uplink{fill:#e3f3e6;stroke:#74ad7f}
        .card{fill:#fff;stroke:#b4bec9}
        .badge{fill:#fdeccf;stroke:#e0a94f}
        .wire{fill:none;stroke:#7f8c9a;stroke-width:1.5}
        @media (prefers-color-scheme:dark){
        .page{fill:#12171d}
        text{fill:#e3e9f0}
        .dim{fill:#9aa7b5}
        .port{fill:#7cb8f5}
        .mark{fill:#f5cf8e}
        .panel{fill:#1a2129;stroke:#3d4a57}
        .foreign{fill:#161b21;stroke:#5d6b7a}
        .bridge{fill:#1d3550;stroke:#4c7fb5}
        .uplink{fill:#1b3a24;stroke:#4b8a58}
        .card{fill:#222b35;stroke:#465361}
        .badge{fill:#4a3410;stroke:#a8772a}
        }
        """
}
