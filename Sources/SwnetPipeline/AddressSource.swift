// SPDX-License-Identifier: Apache-2.0
package import CNI
package import JSON

/// Where an attachment's addresses come from.
package protocol AddressSource {
    /// What the endpoint record says of the leases, so that they can be given back.
    var section: JSONObject { get }

    /// True when addresses can be had before the interface exists. A DHCP client, for one, needs the interface.
    var precedesLink: Bool { get }

    /// Takes addresses for an attachment. The result has no interfaces.
    func obtain(for request: CNIRequest) throws(CNIError) -> CNIResult

    /// Throws when the attachment does not hold its addresses any more.
    func check(_ request: CNIRequest) throws(CNIError)
}

/// An address plugin of ours that keeps leases, which can be given back without it.
package protocol LeasingPlugin: CNIPlugin {
    /// Where the configuration has leases kept; empty for the default place.
    static func dataDirectory(_ configuration: NetworkConfiguration) -> String
}

/// The address plugin that `ipam.type` names: ours in this process, any other by executing it.
package struct DelegatedAddresses: AddressSource {
    private let name: String
    private let delegation: Delegation
    package let precedesLink: Bool

    package let section: JSONObject

    /// - Throws: Code 7 when there is no such plugin.
    package init(_ type: String, for context: CNINetworkRequest) throws(CNIError) {
        name = type
        delegation = try Delegation(to: type, for: context)
        precedesLink = context.siblings.contains { $0.type == type }
        var section: JSONObject = [LeaseSection.type: .string(type)]
        // The configuration may name another place, or none, by the time of DEL; GC has only the record.
        if let plugin = delegation.sibling as? any LeasingPlugin.Type {
            section[LeaseSection.dataDirectory] = .string(plugin.dataDirectory(context.configuration))
        }
        self.section = section
    }

    package func obtain(for request: CNIRequest) throws(CNIError) -> CNIResult {
        let result = try delegation.add(request)
        if result.addresses.isEmpty {
            throw CNIError(.invalidConfiguration, "IPAM plugin \(name) returned no address: check the ipam section")
        }
        return result
    }

    /// Gives back what the attachment holds; nothing held is success.
    package func release(for request: CNIRequest) throws(CNIError) {
        try delegation.delete(request)
    }

    package func check(_ request: CNIRequest) throws(CNIError) {
        try delegation.check(request)
    }
}
