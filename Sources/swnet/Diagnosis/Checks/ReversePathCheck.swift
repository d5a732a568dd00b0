// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// A container on several networks answers by its default route, wherever it was asked; a strict filter then drops the
/// answer for coming in by the wrong bridge.
enum ReversePathCheck: Check {
    static let name = "reverse-path"
    static let expectation = "no strict filter by source address where a container is on several networks"
    static let sources = [HostFacts.Source.state, .settings]

    static func findings(in facts: HostFacts) -> [Finding] {
        let endpoints = facts.networksInUse.flatMap(\.living).filter { $0.address(.ipv4) != nil }
        let several = Dictionary(grouping: endpoints, by: \.record.sandbox).values.filter { $0.count > 1 }
        let bridges = Set(several.joined().compactMap(\.record.bridge))
        return bridges.sorted().compactMap { bridge in
            let values = [facts.settings["net/ipv4/conf/all/rp_filter"], facts.setting(bridge, .ipv4, "rp_filter")]
            // The higher of the two counts. ip-sysctl, rp_filter.
            guard values.compactMap({ $0.flatMap { Int($0) } }).max() == 1 else { return nil }
            let container = several.joined().first { $0.record.bridge == bridge }?.title ?? ""
            return Finding(
                .warning,
                "the strict reverse path filter drops answers of \(container), which is on several networks, at bridge "
                    + "\(bridge)",
                command: Sysctl.command([(.interface(bridge, .ipv4, "rp_filter"), "2")]))
        }
    }
}
