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

/// The address plugin that `ipam.type` names: ours in this process, any other by executing it.
package struct DelegatedAddresses: AddressSource {
    private let name: String
    package let precedesLink: Bool

    package var section: JSONObject { [LeaseSection.type: .string(name)] }

    package init(_ type: String, for context: CNINetworkRequest) {
        name = type
        precedesLink = context.siblings.contains { $0.type == type }
    }

    package func obtain(for request: CNIRequest) throws(CNIError) -> CNIResult {
        let result = try Delegation(to: name, for: request.context).add(request)
        if result.addresses.isEmpty {
            throw CNIError(.invalidConfiguration, "IPAM plugin \(name) returned no address: check the ipam section")
        }
        return result
    }

    /// Gives back what the attachment holds; nothing held is success.
    package func release(for request: CNIRequest) throws(CNIError) {
        try Delegation(to: name, for: request.context).delete(request)
    }

    package func check(_ request: CNIRequest) throws(CNIError) {
        try Delegation(to: name, for: request.context).check(request)
    }
}
