// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import LinuxSystem
package import Netlink

/// What the kernel says of one step of a packet that has `meta nftrace`.
///
/// - SeeAlso: nft(8), "monitor trace"; `enum nft_trace_attributes`.
package struct TraceMessage: Hashable, Sendable {
    package enum Kind: UInt32, Hashable, Sendable {
        /// The end of a base chain.
        case policy = 1
        /// The end of a chain that a rule led to.
        case `return` = 2
        case rule = 3
    }

    package let kind: Kind
    package let table: Table
    package let chain: String
    /// Of the rule; nil at the end of a chain.
    package let handle: UInt64?
    /// Nil when the packet goes on with the next rule.
    package let verdict: Verdict?

    /// Reads an `NFT_MSG_TRACE`; nil for families without a name here.
    init?(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: nfgenmsg.self)
        guard let family = TableFamily(rawValue: header.nfgen_family) else { return nil }
        var kind: Kind?
        var (table, chain) = ("", "")
        var handle: UInt64?
        var verdict: Verdict?
        var policy: UInt32?
        try payload.forEachAttribute(after: nfgenmsg.self) { type, value throws(Malformation) in
            switch UInt32(type) {
            case NFTA_TRACE_TYPE.rawValue: kind = Kind(rawValue: try value.loadBigEndian(as: UInt32.self))
            case NFTA_TRACE_TABLE.rawValue: table = value.text()
            case NFTA_TRACE_CHAIN.rawValue: chain = value.text()
            case NFTA_TRACE_RULE_HANDLE.rawValue: handle = try value.loadBigEndian(as: UInt64.self)
            case NFTA_TRACE_VERDICT.rawValue: verdict = try value.verdict()
            case NFTA_TRACE_POLICY.rawValue: policy = try value.loadBigEndian(as: UInt32.self)
            default: break
            }
        }
        guard let kind else { return nil }
        self.kind = kind
        self.table = Table(family, table)
        self.chain = chain
        self.handle = handle
        self.verdict = verdict ?? (kind == .policy ? policy.map { $0 == 0 ? .drop : .accept } : nil)
    }
}

/// The steps of traced packets in one network namespace, as they come.
package struct TraceMonitor: ~Copyable {
    private var monitor: NetlinkMonitor

    /// Listens in the calling thread's network namespace.
    package init() throws(NFTablesError) {
        do throws(NetlinkError) {
            monitor = try NetlinkMonitor(.netfilter, groups: [Int32(NFNLGRP_NFTRACE.rawValue)])
        } catch { throw NFTablesError(error) }
    }

    package borrowing func watch(by poll: borrowing EventPoll, token: UInt64) throws(SystemError) {
        try monitor.watch(by: poll, token: token)
    }

    /// Takes all that came; does not wait.
    package mutating func take() throws(NFTablesError) -> [TraceMessage] {
        var messages: [TraceMessage] = []
        let trace = Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(MessageKind.trace.rawValue)
        do throws(NetlinkError) {
            try monitor.takeMessages { type, payload throws(Malformation) in
                guard type == trace, let message = try TraceMessage(decoding: payload) else { return }
                messages.append(message)
            }
        } catch { throw NFTablesError(error) }
        return messages
    }
}

extension NetlinkMonitor {
    /// Changes of nftables.
    package static func rules() throws(NetlinkError) -> NetlinkMonitor {
        try NetlinkMonitor(.netfilter, groups: [Int32(NFNLGRP_NFTABLES.rawValue)])
    }
}
