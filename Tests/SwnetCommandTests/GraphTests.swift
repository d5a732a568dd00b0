// SPDX-License-Identifier: Apache-2.0
import JSON
import SystemPackage
import TestSupport
import Testing
import swnet

@Suite struct GraphTests {
    @Test("the tree of a terminal", arguments: [80, 120]) func tree(columns: Int) throws {
        let text = GraphSamples.mixed.text(columns: columns)
        #expect(try text == Golden.text(FilePath("cli/graph-\(columns).txt"), updatingTo: text))
        // Words are not cut, so only a line of one word can be longer.
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
    }

    @Test("a crowd stays in its columns", arguments: [80, 120]) func crowd(columns: Int) {
        let lines = GraphSamples.crowd(50).text(columns: columns).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= columns })
        #expect(lines.filter { $0.contains("service-") }.count == 50)
    }

    @Test("other languages") func languages() throws {
        let graph = GraphSamples.mixed
        for (text, name) in [
            (graph.dot, "graph.dot"), (graph.mermaid, "graph.mermaid"), (GraphSVG(graph).text, "graph.svg"),
            (graph.json.text(.indented) + "\n", "graph.json"),
        ] {
            #expect(try text == Golden.text(FilePath("cli").appending(name), updatingTo: text))
        }
    }

    @Test("a host without networks") func empty() {
        let graph = HostGraph(host: "bare")
        #expect(graph.text(columns: 80) == "host bare\n└─ no networks: make one with 'swnet create NAME'\n")
        #expect(GraphSVG(graph).text.contains("no networks"))
        #expect(graph.json == ["host": "bare", "uplinks": [], "networks": []])
    }

    @Test("names in the order of persons") func order() {
        let names = ["web-10", "a", "web-2", "web", "web-02", "web-2b", ""]
        #expect(names.sorted { $0.isBefore($1) } == ["", "a", "web", "web-02", "web-2", "web-2b", "web-10"])
    }

    @Test("no text of a picture touches another, or leaves the page", arguments: [0, 1, 2, 7, 50, 300])
    func overlaps(count: Int) throws {
        let picture = GraphSVG(GraphSamples.crowd(count)).text
        let texts = SVGText.all(in: picture)
        #expect(texts.count > count)
        let (width, height) = try #require(SVGText.size(of: picture))
        for (index, one) in texts.enumerated() {
            #expect(one.left >= 0 && one.right <= width && one.bottom <= height, "\(one.text)")
            let touched = texts[(index + 1)...].first { one.touches($0) }
            #expect(touched == nil, "\(one.text) touches \(touched?.text ?? "")")
        }
    }

    @Test(
        "traits of configurations",
        arguments: [
            (#"{"type": "swnet"}"#, [] as [String]),
            (#"{"type": "swnet", "Internal": true, "isolation": "published"}"#, ["internal"]),
            (#"{"type": "swnet", "isolation": "published"}"#, ["isolation published"]),
            (#"{"type": "swnet", "isolation": "strict", "interContainer": false}"#, ["containers apart"]),
            (#"{"type": "bridge"}"#, ["internal"]), (#"{"type": "bridge", "ipMasq": true}"#, []),
            (#"{"type": "bridge", "isGateway": true}, {"type": "firewall"}"#, ["isolation none"]),
            (
                #"{"type": "bridge", "isGateway": true}, {"type": "firewall", "ingressPolicy": "isolated"}"#,
                ["containers apart"]
            ),
        ])
    func traits(plugins: String, marks: [String]) throws {
        var network = HostGraph.Network(name: "x", types: ["x"])
        network.traits = NetworkTraits(try JSONObject(parsing: Array(#"{"plugins": [\#(plugins)]}"#.utf8)))
        #expect(network.marks == marks)
    }
}

/// A text element of an SVG picture, with the room it takes in a monospaced font.
private struct SVGText {
    let text: String
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    func touches(_ other: SVGText) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    static func all(in picture: String) -> [SVGText] {
        picture.split(separator: "\n").filter { $0.hasPrefix("<text") }.compactMap { SVGText($0) }
    }

    static func size(of picture: String) -> (Double, Double)? {
        guard let line = picture.split(separator: "\n").first, let width = value("width", line),
            let height = value("height", line)
        else { return nil }
        return (width, height)
    }

    private init?(_ line: Substring) {
        guard let x = Self.value("x", line), let y = Self.value("y", line), let start = line.firstIndex(of: ">"),
            let end = line.lastIndex(of: "<")
        else { return nil }
        let raw = line[line.index(after: start)..<end]
        text = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\""].reduce(String(raw)) { text, entity in
            text.split(separator: entity.key, omittingEmptySubsequences: false).joined(separator: entity.value)
        }
        let size = line.contains(#"class="title""#) ? 16.0 : 13
        let width = Double(text.displayWidth) * 0.602 * size
        left = line.contains("text-anchor") ? x - width : x
        right = left + width
        (top, bottom) = (y - 11, y + 4)
    }

    private static func value(_ name: String, _ line: Substring) -> Double? {
        guard let start = line.firstRange(of: " \(name)=\"") else { return nil }
        return Double(line[start.upperBound...].prefix { $0 != "\"" })
    }
}
