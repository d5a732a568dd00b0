// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension HostGraph {
    /// A Mermaid flow chart.
    package var mermaid: String {
        var lines = ["flowchart LR", "  host[\(entity(["host \(host)"]))]"]
        for (index, uplink) in uplinks.enumerated() {
            let texts = ["uplink \(uplink.name)"] + uplink.addresses.map(\.description)
            lines.append("  u\(index)([\(entity(texts + uplink.gateways.map { "via \($0)" }))]) --- host")
        }
        for (index, network) in networks.enumerated() { lines += network.mermaid("n\(index)") }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension HostGraph.Network {
    fileprivate func mermaid(_ id: String) -> [String] {
        let title = ["network \(name)"] + (marks.isEmpty ? [] : ["(\(marks.joined(separator: ", ")))"])
        var lines = ["  subgraph \(id)g[\(entity([title.joined(separator: " ")]))]"]
        lines.append("    \(id)[\(entity(bridgeTexts))]")
        for (index, endpoint) in endpoints.enumerated() {
            let texts = [endpoint.title] + endpoint.addresses.map(\.description) + endpoint.ports.map(\.text)
            lines.append("    \(id) --- \(id)e\(index)[\(entity(texts))]")
        }
        if let others = bridge?.otherPorts, !others.isEmpty {
            lines.append("    \(id) -.- \(id)o[\(entity(["not on record"] + others))]")
        }
        lines.append("  end")
        if !traits.isInternal { lines.append("  host --- \(id)") }
        return lines
    }
}

/// One label of several lines, with what means something to Mermaid as entities.
private func entity(_ texts: [String]) -> String {
    let escaped = texts.map { text in
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"", "#", "<", ">", "&", ";", "`", "\n": result += "#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
    return "\"\(escaped.joined(separator: "<br/>"))\""
}
