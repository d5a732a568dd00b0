// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension HostGraph {
    /// The language of Graphviz. Names of nodes are numbers, so that nothing a network is called can end a statement.
    package var dot: String {
        var lines = [
            "graph swnet {", "  rankdir=LR;", #"  node [shape=box, style=rounded, fontname="monospace", fontsize=11];"#,
            #"  graph [fontname="monospace", fontsize=12];"#, "  host [label=\(quoted(["host \(host)"]))];",
        ]
        for (index, uplink) in uplinks.enumerated() {
            let texts = ["uplink \(uplink.name)"] + uplink.addresses.map(\.description)
            lines.append("  u\(index) [label=\(quoted(texts + uplink.gateways.map { "via \($0)" }))];")
            lines.append("  u\(index) -- host;")
        }
        for (index, network) in networks.enumerated() { lines += network.dot("n\(index)") }
        return (lines + ["}"]).map { $0 + "\n" }.joined()
    }
}

extension HostGraph.Network {
    fileprivate func dot(_ id: String) -> [String] {
        var title = ["network \(name)"]
        let remarks = ([kind] + marks).filter { !$0.isEmpty }
        if !remarks.isEmpty { title.append(remarks.joined(separator: ", ")) }
        var lines = ["  subgraph cluster_\(id) {", "    label=\(quoted(title));"]
        lines.append("    style=\(isForeign ? "dashed" : "rounded");")
        lines.append("    \(id) [label=\(quoted(bridgeTexts)), shape=box, style=filled, fillcolor=\"#dbe9f8\"];")
        for (index, endpoint) in endpoints.enumerated() {
            let texts = [endpoint.title] + endpoint.addresses.map(\.description) + endpoint.ports.map(\.text)
            lines.append("    \(id)e\(index) [label=\(quoted(texts))];")
            lines.append("    \(id) -- \(id)e\(index) [label=\(quoted([endpoint.interface]))];")
        }
        if let others = bridge?.otherPorts, !others.isEmpty {
            lines.append("    \(id)o [label=\(quoted(["not on record"] + others)), style=dashed];")
            lines.append("    \(id) -- \(id)o;")
        }
        lines.append("  }")
        if !traits.isInternal { lines.append("  host -- \(id);") }
        return lines
    }
}

/// One label of several lines.
private func quoted(_ texts: [String]) -> String {
    let escaped = texts.map { text in
        text.reduce(into: "") { result, character in
            if character == "\"" || character == "\\" { result += "\\" }
            result.append(character.isNewline ? " " : character)
        }
    }
    return "\"\(escaped.joined(separator: "\\n"))\""
}
