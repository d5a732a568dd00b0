// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// The card of one endpoint, or of what hangs on a bridge unrecorded.
struct GraphCard {
    private let title: String
    private let corner: String
    private let lines: [(text: String, style: String)]
    private let style: String
    private let tip: String?

    init(_ endpoint: HostGraph.Endpoint) {
        title = endpoint.title
        corner = endpoint.interface
        lines =
            endpoint.addresses.map { ($0.description, "text") }
            + endpoint.ports.map { ("\($0.host) → \($0.container)", "port") }
        style = [.up, .foreign].contains(endpoint.condition) ? "card" : "missing"
        tip = endpoint.hostInterface.map { "\(endpoint.name): \(endpoint.interface), on the host \($0)" }
    }

    init(otherPorts: [String]) {
        title = "not on record"
        corner = ""
        lines = otherPorts.map { ($0, "dim") }
        style = "missing"
        tip = nil
    }

    var width: Double {
        let header = corner.isEmpty ? title : "\(title)  \(corner)"
        return (([header] + lines.map(\.text)).map(SVGCanvas.width).max() ?? 0) + 2 * GraphSVG.padding
    }

    var height: Double { Double(lines.count + 1) * SVGCanvas.lineHeight + GraphSVG.padding }

    func draw(on canvas: inout SVGCanvas, in frame: Frame) {
        canvas.box(frame, style, title: tip)
        canvas.text(title, x: frame.x + GraphSVG.padding, y: frame.y + 20, "name")
        if !corner.isEmpty {
            canvas.text(corner, x: frame.right - GraphSVG.padding, y: frame.y + 20, "dim", .end)
        }
        for (index, line) in lines.enumerated() {
            let y = frame.y + 20 + Double(index + 1) * SVGCanvas.lineHeight
            canvas.text(line.text, x: frame.x + GraphSVG.padding, y: y, line.style)
        }
    }
}
