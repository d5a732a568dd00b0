// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// The panel of one network: a header, its bridge, and a card for each endpoint, in columns that hang on the bridge.
struct GraphPanel {
    let network: HostGraph.Network
    private let cards: [GraphCard]
    private let columns: Int
    private let cardWidth: Double

    private static let padding = GraphSVG.padding
    /// To the left of a card, for the line that leads to it.
    private static let rail = 22.0
    private static let gap = 10.0
    /// What a panel takes at most if a single column fits.
    private static let widest = 1160.0
    private static let headerHeight = 36.0
    private static let bridgeHeight = 28.0
    /// From the top of a panel to where the line to it ends.
    static let headerMiddle = 19.0

    init(_ network: HostGraph.Network) {
        self.network = network
        var cards = network.endpoints.map(GraphCard.init)
        if let others = network.bridge?.otherPorts, !others.isEmpty { cards.append(GraphCard(otherPorts: others)) }
        self.cards = cards
        let width = cards.map(\.width).max() ?? 0
        cardWidth = width
        let fitting = Int((Self.widest - 2 * Self.padding) / (width + Self.rail + Self.gap))
        let wanted = max(1, min(fitting, cards.count))
        // As many as the rows need, so that the last column is not left empty.
        let rows = (cards.count + wanted - 1) / wanted
        columns = rows == 0 ? 1 : (cards.count + rows - 1) / rows
    }

    /// Columns are filled one after the other, so that names are read downwards.
    private func cards(inColumn column: Int) -> ArraySlice<GraphCard> {
        let rows = (cards.count + columns - 1) / columns
        return cards.dropFirst(column * rows).prefix(rows)
    }

    private func height(ofColumn column: Int) -> Double {
        cards(inColumn: column).reduce(0) { $0 + $1.height + Self.gap }
    }

    private var bridgeText: (name: String, details: String) {
        guard let bridge = network.bridge else {
            return ("no bridge", network.subnets.map(\.description).joined(separator: " · "))
        }
        let details = [bridge.state] + bridge.addresses.map(\.description)
        return ("bridge \(bridge.name)", details.joined(separator: " · "))
    }

    var width: Double {
        let bridge = SVGCanvas.width(of: bridgeText.name + "  " + bridgeText.details) + 2 * Self.padding
        let grid = Double(columns) * (cardWidth + Self.rail) + Double(columns - 1) * Self.gap
        return max(headerWidth, bridge, cards.isEmpty ? 0 : grid) + 2 * Self.padding
    }

    private var headerWidth: Double {
        let badges = network.marks.reduce(0) { $0 + SVGCanvas.width(of: $1) + 24 }
        return SVGCanvas.width(of: "network \(network.name)") + 16 + badges + SVGCanvas.width(of: network.kind)
    }

    var height: Double {
        let grid = (0..<columns).map { height(ofColumn: $0) }.max() ?? 0
        return Self.headerHeight + Self.bridgeHeight + (cards.isEmpty ? 30 : grid + 6) + Self.padding
    }

    func draw(on canvas: inout SVGCanvas, in frame: Frame) {
        canvas.box(frame, network.isForeign ? "foreign" : "panel")
        drawHeader(on: &canvas, in: frame)
        let bridge = Frame(
            x: frame.x + Self.padding, y: frame.y + Self.headerHeight, width: frame.width - 2 * Self.padding,
            height: Self.bridgeHeight)
        let isThere = network.bridge.map { $0.condition != .absent } ?? false
        canvas.box(bridge, isThere ? "bridge" : "missing")
        let (name, details) = bridgeText
        canvas.text(name, x: bridge.x + Self.padding, y: bridge.y + 19, "name")
        canvas.text(
            details, x: bridge.x + Self.padding + SVGCanvas.width(of: name + "  "), y: bridge.y + 19, "text")
        if cards.isEmpty {
            canvas.text("nothing attached", x: bridge.x + Self.padding, y: bridge.bottom + 23, "dim")
        } else {
            drawCards(on: &canvas, below: bridge)
        }
    }

    private func drawHeader(on canvas: inout SVGCanvas, in frame: Frame) {
        let base = frame.y + 24
        var x = frame.x + Self.padding
        let title = "network \(network.name)"
        canvas.text(title, x: x, y: base, "name")
        x += SVGCanvas.width(of: title) + 16
        for mark in network.marks {
            let badge = Frame(x: x, y: frame.y + 9, width: SVGCanvas.width(of: mark) + 14, height: 20)
            canvas.box(badge, "badge")
            canvas.text(mark, x: x + 7, y: base, "mark")
            x = badge.right + 10
        }
        canvas.text(network.kind, x: frame.right - Self.padding, y: base, "dim", .end)
    }

    private func drawCards(on canvas: inout SVGCanvas, below bridge: Frame) {
        for column in 0..<columns {
            let railX = bridge.x + Double(column) * (cardWidth + Self.rail + Self.gap) + 8
            var y = bridge.bottom + Self.gap + 2
            var last = y
            for card in cards(inColumn: column) {
                let frame = Frame(x: railX - 8 + Self.rail, y: y, width: cardWidth, height: card.height)
                card.draw(on: &canvas, in: frame)
                last = frame.y + 16
                canvas.line(from: (railX, last), to: (frame.x, last), "wire")
                y = frame.bottom + Self.gap
            }
            canvas.line(from: (railX, bridge.bottom), to: (railX, last), "wire")
        }
    }
}
