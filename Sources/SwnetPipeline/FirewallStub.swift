// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import NetworkTypes
internal import SwnetState

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
