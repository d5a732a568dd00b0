// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension HostGraph {
    /// A tree of lines, each with a newline.
    ///
    /// - Parameter columns: What is longer goes on in the next line. Words are never cut.
    package func text(columns: Int) -> String {
        var tree = TreeText(columns: columns)
        tree.line("host \(host)", [], at: TreeText.Place())
        let count = uplinks.count + networks.count
        for (index, uplink) in uplinks.enumerated() {
            let place = TreeText.Place().child(isLast: index == count - 1)
            tree.line("uplink \(uplink.name)", uplink.words, at: place)
        }
        for (index, network) in networks.enumerated() {
            let place = TreeText.Place().child(isLast: uplinks.count + index == count - 1)
            network.draw(into: &tree, at: place)
        }
        if count == 0 {
            tree.line("no networks: make one with 'swnet create NAME'", [], at: .init().child(isLast: true))
        }
        return tree.text
    }
}

extension HostGraph.Uplink {
    fileprivate var words: [String] { addresses.map(\.description) + gateways.map { "via \($0)" } }
}

extension HostGraph.Network {
    fileprivate func draw(into tree: inout TreeText, at place: TreeText.Place) {
        let marks = marks.isEmpty ? [] : ["[\(marks.joined(separator: ", "))]"]
        tree.line("network \(name)", (kind.isEmpty ? [] : [kind]) + marks, at: place)
        if let bridge {
            tree.note("bridge \(bridge.name)", [bridge.state] + bridge.addresses.map(\.description), below: place)
        } else if !subnets.isEmpty {
            tree.note("subnets", subnets.map(\.description), below: place)
        }
        let others = bridge?.otherPorts ?? []
        let width = endpoints.map(\.title.displayWidth).max() ?? 0
        let addressWidth = endpoints.map { $0.addressText.displayWidth }.max() ?? 0
        for (index, endpoint) in endpoints.enumerated() {
            let isLast = index == endpoints.count - 1 && others.isEmpty
            let name = endpoint.title.filled(to: min(width, 32))
            tree.line(name, endpoint.words(addressWidth), at: place.child(isLast: isLast))
        }
        if !others.isEmpty { tree.line("not on record:", others, at: place.child(isLast: true)) }
        if endpoints.isEmpty, others.isEmpty { tree.line("nothing attached", [], at: place.child(isLast: true)) }
    }
}

extension HostGraph.Endpoint {
    fileprivate var addressText: String { addresses.map(\.description).joined(separator: " ") }

    /// Ports stand in a column of their own where the addresses are short enough for that.
    fileprivate func words(_ addressWidth: Int) -> [String] {
        let runs = ports.map(\.text)
        guard addressWidth <= 40 else { return addresses.map(\.description) + runs }
        guard !runs.isEmpty else { return addressText.isEmpty ? [] : [addressText] }
        return [addressText.filled(to: addressWidth) + " "] + runs
    }
}
