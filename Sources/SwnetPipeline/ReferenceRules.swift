// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NFTables
internal import NetworkTypes
internal import SwnetState

/// What the plugins of containernetworking left in nftables for an attachment that ours have to delete: they made it, and
/// then ours took their place in the plugin directory.
///
/// It is found by the names that those plugins give it: rules of iptables-nft, which are rules of the tables `nat` and
/// `filter` of their family, and the tables of the nftables back ends of version 1.6 and later. iptables-legacy is another
/// part of the kernel. Chains that containers share stay, as these plugins leave them themselves.
package struct ReferenceRules {
    private let attachment: Attachment

    /// - Parameter attachment: One that is being deleted, and of which nothing is recorded.
    package init(for attachment: Attachment) { self.attachment = attachment }

    /// Of type `portmap`.
    package func removePublishedPorts() {
        let container = attachment.identity.container.text
        for family in [TableFamily.ipv4, .ipv6] {
            removeChains([name("CNI-DN-"), name("CNI-SN-")], of: Table(family, "nat"))
            removeRules(of: Table(family, "cni_hostport")) { $0.comment == container }
        }
    }

    /// Of type `bridge`: `ipMasq` and `macspoofchk`.
    package func removeMasquerading() {
        for family in [TableFamily.ipv4, .ipv6] { removeChains([name("CNI-")], of: Table(family, "nat")) }
        let (network, id) = (attachment.network.text, attachment.identity)
        let owner = "\(id.interface):\(id.container)"
        let mark = SHA512(of: network).text.prefix(16) + "-" + SHA512(of: owner).text.prefix(16)
        removeRules(of: Table(.inet, "cni_plugins_masquerade")) { $0.comment?.hasPrefix(mark) == true }
        let guarding = "cni-br-iface-\(id.container)-\(id.interface)"
        removeChains([guarding, guarding + "-mac"], of: Table(.bridge, "nat"))
    }

    /// Of type `firewall`: what lets the addresses of the attachment pass.
    package func removePermissions() {
        for family in [TableFamily.ipv4, .ipv6] {
            let addresses = addresses.filter { ($0.family == .ipv4) == (family == .ipv4) }.map(\.bytes)
            if addresses.isEmpty { continue }
            removeRules(of: Table(family, "filter")) { rule in
                rule.chain == "CNI-FORWARD" && rule.verdicts == [.accept]
                    && rule.operands.contains { addresses.contains($0) }
            }
        }
    }

    /// Names are 28 characters long.
    private func name(_ prefix: String) -> String {
        let hash = SHA512(of: attachment.network.text + attachment.identity.container.text)
        return String((prefix + hash.text).prefix(28))
    }

    /// As the runtime tells them; only these plugins need to be told.
    private var addresses: [IPAddress] {
        attachment.request?.configuration.previousResult?.addresses.map(\.prefix.address) ?? []
    }

    /// Deletes chains of these names and the rules that jump to them.
    private func removeChains(_ names: [String], of table: Table) {
        change(table) { rules in
            let jumps = rules.filter { rule in rule.verdicts.contains { names.contains($0.chain ?? "") } }
            let present = names.filter { name in rules.contains { $0.chain == name } }
            return jumps.map { .deleteRule(chain: $0.chain, handle: $0.handle) }
                + present.map { .delete(.chain(Chain($0))) }
        }
    }

    private func removeRules(of table: Table, where isOurs: (ListedRule) -> Bool) {
        change(table) { rules in
            rules.filter(isOurs).map { .deleteRule(chain: $0.chain, handle: $0.handle) }
        }
    }

    /// The best effort: a leftover of another program is no reason to fail a DEL.
    private func change(_ table: Table, _ operations: ([ListedRule]) -> [NFTables.Operation]) {
        do throws(NFTablesError) {
            var socket = try NFTablesSocket()
            let transaction = Transaction(table, operations(try socket.rules(of: table)))
            try socket.commitToleratingMissing(transaction)
        } catch { attachment.warn("rules of other plugins were not removed: \(error)") }
    }
}

extension Attachment {
    /// Whether nothing is recorded of it: other plugins made it, or it is being deleted again.
    package var isUnknown: Bool { request != nil && record.stages.isEmpty }
}
