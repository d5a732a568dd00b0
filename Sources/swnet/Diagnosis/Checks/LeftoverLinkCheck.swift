// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

/// Links that swnet made are known by their MAC addresses, which follow from their names.
enum LeftoverLinkCheck: Check {
    static let name = "links"
    static let expectation = "no link of swnet's is left over"
    static let sources = [HostFacts.Source.state, .interfaces]

    static func findings(in facts: HostFacts) -> [Finding] {
        let recorded = Set(facts.networks.flatMap { $0.endpoints.compactMap(\.record.hostInterface) })
        let bridges = Set(facts.networks.flatMap(\.bridges))
        return facts.links.compactMap { link in
            if link.isHostEnd, !recorded.contains(link.name) {
                return Finding(
                    .warning, "\(link.name) is the host's end of an attachment that nothing is recorded of",
                    command: "ip link delete \(link.name)")
            }
            let hasPorts = facts.links.contains { $0.master == link.index }
            guard link.isOwnBridge, !hasPorts, !bridges.contains(link.name) else { return nil }
            return Finding(
                .warning, "\(link.name) is the bridge of a network that does not exist any more",
                command: "ip link delete \(link.name)")
        }
    }
}

extension LinkFacts {
    fileprivate var isHostEnd: Bool { kind == "veth" && mac == StableHash(of: "host", name.text).macAddress }

    fileprivate var isOwnBridge: Bool { isBridge && mac == StableHash(of: "bridge", name.text).macAddress }
}
