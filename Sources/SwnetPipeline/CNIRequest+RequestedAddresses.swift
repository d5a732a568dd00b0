// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import NetworkTypes

extension CNIRequest {
    /// The addresses that the runtime asks for: of `CNI_ARGS` (`IP`), of `args.cni.ips` and of the capability `ips`, all
    /// of them together, as in the reference. A prefix length is allowed and means nothing.
    package func requestedAddresses() throws(CNIError) -> [IPAddress] {
        var requested: [IPAddress] = []
        for text in arguments.list("IP") {
            guard let address = hostAddress(text) else {
                throw CNIError(.invalidEnvironment, "CNI_ARGS: IP=\(text) is not an IP address")
            }
            requested.append(address)
        }
        for source in [configuration.arguments, configuration.runtimeConfiguration] {
            requested += try decoding { () throws(JSONError) in
                var addresses: [IPAddress] = []
                for entry in try source.array("ips") ?? [] where try !entry.string().isEmpty {
                    addresses.append(try entry.parse("an IP address", hostAddress))
                }
                return addresses
            }
        }
        return requested
    }
}

extension CNIArguments {
    /// The elements of a comma-separated value; none when the key is absent.
    package func list(_ key: String) -> [String] {
        (self[key] ?? "").split(separator: ",").map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
    }
}

private func hostAddress(_ text: String) -> IPAddress? { IPAddress(text) ?? IPPrefix(text)?.address }

extension Substring {
    fileprivate func trimmingBlanks() -> String {
        let front = drop { $0 == " " || $0 == "\t" }
        guard let end = front.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(front[...end])
    }
}
