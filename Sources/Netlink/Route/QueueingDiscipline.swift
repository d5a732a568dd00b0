// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// How packets wait for an interface: the discipline at its root, or its ingress hook.
///
/// - SeeAlso: tc(8).
package struct QueueingDiscipline: Hashable, Sendable {
    package let interface: InterfaceIndex
    /// `noqueue`, `fq_codel`, `tbf`, `ingress`, `clsact` ….
    package let kind: String
    /// Major number above, minor number below: `1:` is `0x10000`. Zero for what the kernel made by itself.
    package let handle: UInt32
    /// The handle of the class it sits in, or one of ``rootParent`` and ``ingressParent``.
    package let parent: UInt32

    package static var rootParent: UInt32 { TC_H_ROOT }
    package static var ingressParent: UInt32 { TC_H_INGRESS }

    /// Decodes an `RTM_NEWQDISC` payload.
    init(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: tcmsg.self)
        var kind: String?
        try payload.forEachAttribute(after: tcmsg.self) { type, value throws(Malformation) in
            if type == TCA_KIND { kind = value.text() }
        }
        guard let kind else { throw .invalidValue }
        self.kind = kind
        interface = InterfaceIndex(rawValue: header.tcm_ifindex)
        handle = header.tcm_handle
        parent = header.tcm_parent
    }
}

/// `TCA_*`.
package enum TrafficControlAttributes: AttributeSpace {}

extension MessageType<tcmsg, TrafficControlAttributes> {
    static var newDiscipline: Self { Self(RTM_NEWQDISC) }
    static var deleteDiscipline: Self { Self(RTM_DELQDISC) }
    static var getDiscipline: Self { Self(RTM_GETQDISC) }
}

extension Attribute<TrafficControlAttributes, String> {
    static var kind: Self { Self(TCA_KIND) }
}

extension RouteRequests where Self: ~Copyable {
    /// `tc qdisc add dev INTERFACE root KIND`, or with the parent `ingress` for that one. Kinds with mandatory options
    /// need a file of their own.
    ///
    /// - Throws: `isAlreadyExists` when there is one; `isNotFound` when this kernel lacks the kind.
    package mutating func addQueueingDiscipline(
        _ kind: String, on interface: InterfaceIndex, parent: UInt32 = QueueingDiscipline.rootParent,
        handle: UInt32 = 0
    ) throws(Failure) {
        let operation = "qdisc add dev index \(interface) \(kind)"
        let header = tcmsg(interface, parent: parent, handle: handle)
        try submit(.newDiscipline, [.create, .exclusive], header: header, operation) { $0.put(.kind, kind) }
    }

    /// `tc qdisc delete dev INTERFACE root`, or another parent.
    ///
    /// - Throws: `isNotFound` when there is only the kernel's own.
    package mutating func deleteQueueingDiscipline(
        on interface: InterfaceIndex, parent: UInt32 = QueueingDiscipline.rootParent
    ) throws(Failure) {
        let header = tcmsg(interface, parent: parent, handle: 0)
        try submit(.deleteDiscipline, [], header: header, "qdisc delete dev index \(interface)") { _ in }
    }
}

extension RouteSocket {
    /// `tc qdisc show dev INTERFACE`.
    package mutating func queueingDisciplines(
        on interface: InterfaceIndex
    ) throws(NetlinkError) -> [QueueingDiscipline] {
        let header = tcmsg(interface, parent: 0, handle: 0)
        return try netlink.dump(.getDiscipline, header: header, "qdisc show dev index \(interface)") {
            payload throws(Malformation) in
            let discipline = try QueueingDiscipline(decoding: payload)
            // The kernel does not filter this dump.
            return discipline.interface == interface ? discipline : nil
        }
    }
}

extension tcmsg {
    fileprivate init(_ interface: InterfaceIndex, parent: UInt32, handle: UInt32) {
        self.init()
        tcm_ifindex = interface.rawValue
        tcm_parent = parent
        tcm_handle = handle
    }
}
