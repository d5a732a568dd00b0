// SPDX-License-Identifier: Apache-2.0
package import JSON
package import LinuxSystem
package import NetworkTypes

/// What the `tuning` type is told. `args.cni` overrides the plugin's own keys.
package struct TuningConfiguration: Equatable, Sendable {
    /// A key below `net.` with its value. `IFNAME` in the key stands for the interface.
    package struct Setting: Equatable, Sendable {
        /// As written, with dots or slashes.
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    package var settings: [Setting] = []
    package var mac: MACAddress?
    /// `args.cni.mac`, which beats every other source.
    package var argumentsMAC: MACAddress?
    package var promiscuous: Bool?
    package var mtu: UInt32?
    package var allMulticast: Bool?
    package var transmitQueueLength: UInt32?

    package init() {}

    package init(reading root: ObjectReader) throws(JSONError) {
        let arguments = try root.object("args")?.object("cni")
        mac = try root.parse("mac", as: "a MAC address", MACAddress.init(_:))
        argumentsMAC = try arguments?.parse("mac", as: "a MAC address", MACAddress.init(_:))
        for source in [root, arguments].compactMap(\.self) { try overlay(source) }
    }

    /// Sysctls alone, as the `swnet` type has them.
    package init(sysctls table: ObjectReader?) throws(JSONError) {
        if let table { try set(table) }
    }

    private mutating func overlay(_ source: ObjectReader) throws(JSONError) {
        promiscuous = try source.bool("promisc") ?? promiscuous
        allMulticast = try source.bool("allmulti") ?? allMulticast
        mtu = try source.integer("mtu", in: 0...65535).map { $0 == 0 ? mtu : $0 } ?? mtu
        transmitQueueLength = try source.integer("txQLen") ?? transmitQueueLength
        if let table = try source.object("sysctl") { try set(table) }
    }

    private mutating func set(_ table: ObjectReader) throws(JSONError) {
        for member in table.object {
            guard let value = member.value.stringValue else {
                throw .wrongType(path: "sysctl.\(member.key)", expected: "a string", found: member.value.kind)
            }
            settings.removeAll { $0.key == member.key }
            settings.append(Setting(key: member.key, value: value))
        }
    }

    /// True when there is nothing to do.
    package var isEmpty: Bool { self == TuningConfiguration() }
}

extension TuningConfiguration.Setting {
    /// The key with `interface` in place of `IFNAME`; nil when it does not lie under `/proc/sys/net`.
    ///
    /// A key with a slash is taken as a path, so that interface names with dots can be written. sysctl.d(5).
    package func sysctl(for interface: InterfaceName) -> Sysctl? {
        var path = key.utf8.contains(UInt8(ascii: "/")) ? key : String(key.map { $0 == "." ? "/" : $0 })
        path = path.replacingFirst("IFNAME", by: interface.text)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0] == "net", !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
            return nil
        }
        guard !path.utf8.contains(0) else { return nil }
        return Sysctl(path)
    }
}

extension String {
    /// The standard library's own search would bring a megabyte of regular expressions into the program.
    fileprivate func replacingFirst(_ word: String, by replacement: String) -> String {
        let place = utf8.indices.first { utf8[$0...].starts(with: word.utf8) }
        guard let place else { return self }
        return String(self[..<place]) + replacement + String(self[place...].dropFirst(word.count))
    }
}
