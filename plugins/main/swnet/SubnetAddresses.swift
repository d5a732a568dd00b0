// SPDX-License-Identifier: Apache-2.0
internal import CNI
package import JSON
package import SwnetPipeline
struct SubnetAddresses: AddressSource {
    init(_ c: SwnetConfiguration, for request: CNIRequest) throws(CNIError) {}
    var section: JSONObject { [:] }
    var precedesLink: Bool { true }
    func obtain(for request: CNIRequest) throws(CNIError) -> CNIResult { CNIResult() }
    func check(_ request: CNIRequest) throws(CNIError) {}
}
