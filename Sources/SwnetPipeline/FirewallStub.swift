package import CNI
// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes
package import SwnetState

package struct EndpointFilter: Sendable {
    package enum Egress: Sendable { case none, masquerade, fixed([IPAddress]) }
    package enum Hairpin: Sendable { case off, masqueraded }
    package init(
        addresses: [IPAddress], egress: Egress = .none, published: [PublishedPort] = [], hairpin: Hairpin = .off,
        masqueradesAll: Bool = false
    ) {}
}
package struct NetworkFilter: Sendable {
    package enum Ingress: Sendable { case none, strict, published, open, `internal`, sameBridge, isolated }
    package enum InterContainer: Sendable { case open, isolated }
    package init(
        bridge: InterfaceName, subnets: [IPPrefix] = [], ingress: Ingress = .none,
        interContainer: InterContainer = .open, guardsLoopback: Bool = false
    ) {}
}
extension Attachment {
    package func plan(_ filter: EndpointFilter, for section: String) {}
    package func plan(_ filter: NetworkFilter, for section: String) {}
    func commitFirewall() throws(CNIError) {}
    func withdrawFirewall(of: [String]) throws(CNIError) {}
    func checkFirewall(of: [String]) throws(CNIError) {}
}
struct NetworkUpkeep {
    init(_ layout: StateLayout) {}
    func withdraw(_ network: NetworkName) throws(CNIError) {}
}
package enum Readiness { package static func check() throws(CNIError) {} }
