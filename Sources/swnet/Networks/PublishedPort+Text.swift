// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import NetworkTypes
package import SwnetState

extension PublishedPort {
    /// An entry of the capability `portMappings`. CNI conventions, "portMappings".
    package var mapping: JSONObject {
        var object = JSONObject()
        object["hostIP"] = hostAddress.map { .string($0.description) }
        object["hostPort"] = .number(hostPort.rawValue)
        object["containerPort"] = .number(containerPort.rawValue)
        object["protocol"] = .string(transport.rawValue)
        return object
    }

    /// Nil when `mapping` is not such an entry.
    package init?(mapping: JSON) {
        guard let object = mapping.objectValue, let host = object["hostPort"]?.intValue.flatMap(Port.init),
            let container = object["containerPort"]?.intValue.flatMap(Port.init),
            let transport = L4Protocol(rawValue: object["protocol"]?.stringValue ?? "tcp")
        else { return nil }
        let address = object["hostIP"]?.stringValue.flatMap { IPAddress($0) }
        self.init(hostAddress: address, hostPort: host, containerPort: container, transport: transport)
    }

}

extension [PublishedPort] {
    /// `127.0.0.1:8080->80/tcp`, in the order of host ports, with runs drawn together: `8000-8009->8000-8009/tcp`.
    package var text: String {
        var runs: [(first: PublishedPort, last: PublishedPort)] = []
        for port in sorted(by: { $0.hostPort < $1.hostPort }) {
            if let last = runs.last?.last, port.follows(last) {
                runs[runs.count - 1].last = port
            } else {
                runs.append((port, port))
            }
        }
        return runs.map { run in
            let host = Self.span(run.first.hostPort, run.last.hostPort)
            let container = Self.span(run.first.containerPort, run.last.containerPort)
            return "\(run.first.addressText)\(host)->\(container)/\(run.first.transport.rawValue)"
        }.joined(separator: " ")
    }

    private static func span(_ first: Port, _ last: Port) -> String { first == last ? "\(first)" : "\(first)-\(last)" }
}

extension PublishedPort {
    /// The address with the colon behind it; empty when there is none.
    fileprivate var addressText: String { hostAddress.map { $0.family == .ipv6 ? "[\($0)]:" : "\($0):" } ?? "" }

    fileprivate func follows(_ other: PublishedPort) -> Bool {
        hostAddress == other.hostAddress && transport == other.transport
            && Int(hostPort.rawValue) == Int(other.hostPort.rawValue) + 1
            && Int(containerPort.rawValue) == Int(other.containerPort.rawValue) + 1
    }
}
