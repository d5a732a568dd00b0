// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import IPAM
internal import JSON
internal import NetworkTypes
internal import SwnetPipeline

/// One address of each subnet of the configuration, from the same leases that host-local keeps.
struct SubnetAddresses: AddressSource {
    private let plan: AddressPlan
    private let dataDirectory: String
    private let defaultRoutes: [CNIResult.Route]
    private let routes: [CNIResult.Route]

    let precedesLink = true
    var section: JSONObject { [LeaseSection.dataDirectory: .string(dataDirectory)] }

    init(_ configuration: SwnetConfiguration) throws(CNIError) {
        do throws(IPAMError) { plan = try AddressPlan(ranges: configuration.subnets.map { [$0] }) } catch {
            throw CNIError(.invalidConfiguration, "subnets: \(error)")
        }
        dataDirectory = configuration.dataDirectory
        routes = configuration.routes
        defaultRoutes = configuration.defaultRoute ? Self.defaultRoutes(configuration) : []
    }

    /// One for each family, through the gateway of its first subnet.
    private static func defaultRoutes(_ configuration: SwnetConfiguration) -> [CNIResult.Route] {
        IPFamily.allCases.compactMap { family in
            guard let gateway = configuration.subnets.first(where: { $0.family == family })?.gateway,
                let everything = IPPrefix(family == .ipv4 ? "0.0.0.0/0" : "::/0")
            else { return nil }
            return CNIResult.Route(everything, gateway: gateway, priority: configuration.priority)
        }
    }

    func obtain(for request: CNIRequest) throws(CNIError) -> CNIResult {
        let addresses = try Leasing.obtain(
            from: plan, for: request, requesting: request.requestedAddresses(), dataDirectory: dataDirectory)
        return CNIResult(addresses: addresses, routes: defaultRoutes + routes)
    }

    /// Throws when no address is left in one of the subnets.
    func requireFree(on network: NetworkName) throws(CNIError) {
        try Leasing.requireFree(in: plan, of: network, dataDirectory: dataDirectory)
    }

    func check(_ request: CNIRequest) throws(CNIError) {
        try Leasing.check(request, against: plan, dataDirectory: dataDirectory)
    }
}
