// SPDX-License-Identifier: Apache-2.0
package import CNI
package import Netlink
package import NetworkTypes
package import SwnetState

/// One attachment on its way through the stages: what was asked, what is recorded, and the kernel on both sides.
package final class Attachment {
    package let network: NetworkName
    package let identity: AttachmentID
    package let layout: StateLayout
    /// What the runtime asked; nil when GC removes an attachment that no runtime names.
    package let request: CNIRequest?
    /// The sandbox; nil when DEL finds it gone.
    package let sandbox: Sandbox?
    /// The conversation with rtnetlink in the host's namespace.
    package var host: RouteSocket
    /// What is remembered about the attachment; on disk as of the last save.
    package var record: EndpointRecord
    /// The answer, grown by the stages.
    package var result: CNIResult
    /// What the firewall gets for this attachment.
    var endpointFilters: [EndpointFilter] = []
    /// What the firewall gets for its network, by section.
    var networkFilters: [(section: String, filter: NetworkFilter)] = []
    /// What the resolver has to know of its network.
    var names: PlannedNames?
    /// What the firewall had for the network under another configuration.
    var superseded: [NetworkUpkeep.Entry] = []
    /// Open from its first use to the end of the attachment: closing waits for what the kernel is still destroying, which
    /// is over when the links are gone.
    var firewall: FirewallOwner?

    package init(
        _ request: CNIRequest, _ sandbox: Sandbox?, _ record: EndpointRecord, result: CNIResult
    ) throws(CNIError) {
        network = request.network
        identity = request.attachment
        layout = request.layout
        self.request = request
        self.sandbox = sandbox
        self.record = record
        self.result = result
        host = try asking { () throws(NetlinkError) in try RouteSocket() }
    }

    /// An attachment that GC found.
    package init(collecting record: EndpointRecord, _ layout: StateLayout) throws(CNIError) {
        network = record.network
        identity = record.attachment
        self.layout = layout
        request = nil
        sandbox = nil
        self.record = record
        result = CNIResult()
        host = try asking { () throws(NetlinkError) in try RouteSocket() }
    }

    /// The sandbox of an ADD or CHECK, which always has one.
    package func requireSandbox() throws(CNIError) -> Sandbox {
        guard let sandbox else { throw CNIError(.invalidNetns, "the sandbox is gone") }
        return sandbox
    }

    /// A line for the runtime's log.
    package func warn(_ text: String) { request?.warn(text) }
}

/// Runs requests over rtnetlink; what the kernel refuses becomes an error of the protocol.
package func asking<Result: ~Copyable>(_ body: () throws(NetlinkError) -> Result) throws(CNIError) -> Result {
    do throws(NetlinkError) { return try body() } catch { throw CNIError(error) }
}
