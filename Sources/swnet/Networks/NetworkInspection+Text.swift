// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SystemPackage

extension NetworkInspection {
    /// For people: the name, then a line for each thing there is to say.
    ///
    /// - Parameter columns: Of the terminal; nil for lines as long as it takes.
    package func text(columns: Int?, now: Timestamp) -> String {
        var fields = TextTable()
        for (title, value) in identity + kernelState + use { fields.append([title, value]) }
        var text = network.name.text + "\n" + fields.text(columns: columns.map { $0 - 2 }).indented(by: 2)
        guard !endpoints.isEmpty else { return text }
        text += "  endpoints\n" + endpoints.table(now: now).text(columns: columns.map { $0 - 4 }).indented(by: 4)
        return text
    }

    private var identity: [(String, String)] {
        let made = network.created.map { ", made \(UTCTime($0))" } ?? ""
        let isForeign = network.origin == .other
        let types = network.types.isEmpty || network.types == [network.driver] ? [] : network.types
        var fields = [
            ("driver", network.driver + (types.isEmpty ? "" : " (\(types.joined(separator: " ")))")),
            ("origin", network.origin.rawValue + made + (isForeign ? ", which swnet only looks at" : "")),
            ("id", String(network.id.prefix(12))),
        ]
        if let path = network.path { fields.append(("file", path.string)) }
        if !settingsOfPlugin.isEmpty { fields.append(("settings", settingsOfPlugin.joined(separator: ", "))) }
        for label in network.labels { fields.append(("label", "\(label.key)=\(label.value)")) }
        return fields
    }

    /// What the first plugin is told, without what is shown elsewhere.
    private var settingsOfPlugin: [String] {
        let shown = ["type", "bridge", "subnets", "capabilities", "ipam", "name", "cniVersion"]
        let plugin = configuration?["plugins"]?.arrayValue?.first?.objectValue ?? JSONObject()
        return plugin.filter { !shown.contains($0.key) }.map { member in
            "\(member.key) \(member.value.stringValue ?? member.value.text(.compact))"
        }
    }

    private var kernelState: [(String, String)] {
        guard network.path != nil else { return [] }
        guard let bridge else {
            return network.bridge.map { [("bridge", "\($0), made with the first container")] } ?? []
        }
        let mac = bridge.link.macAddress.map { ", \($0)" } ?? ""
        let addresses = bridge.addresses.map(\.description).joined(separator: " ")
        var fields = [
            ("bridge", "\(bridge.link.name), \(bridge.link.isUp ? "up" : "down"), MTU \(bridge.link.mtu)\(mac)")
        ]
        if !addresses.isEmpty { fields.append(("addresses", addresses)) }
        if !bridge.ports.isEmpty { fields.append(("ports", bridge.ports.joined(separator: " "))) }
        return fields
    }

    private var use: [(String, String)] {
        var fields = addresses.map { ("subnet", $0.text) }
        for lease in strayLeases {
            let holder = lease.container.map { String($0.text.prefix(12)) } ?? "nobody"
            fields.append(("lease", "\(lease.address) is held by \(holder), which is not attached through swnet"))
        }
        for setting in settings {
            fields.append(("changed", "\(setting.key) from \(setting.previous) to \(setting.current ?? "nothing")"))
        }
        for line in firewall { fields.append(("firewall", line)) }
        if let drift { fields.append(("drift", drift + ": run 'swnet repair'")) }
        return fields
    }
}

extension String {
    /// With spaces before each line.
    fileprivate func indented(by count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }
}
