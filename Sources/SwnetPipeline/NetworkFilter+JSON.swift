// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes

extension NetworkFilter {
    /// As a network's record holds it.
    var json: JSONObject {
        var object: JSONObject = ["bridge": .string(bridge.text), "ingress": .string(ingress.rawValue)]
        if !subnets.isEmpty { object["subnets"] = .array(subnets.map { .string($0.description) }) }
        if interContainer == .isolated { object["interContainer"] = false }
        if guardsLoopback { object["guardsLoopback"] = true }
        if opensLoopback { object["opensLoopback"] = true }
        object["redirect"] = redirect.map { .object($0.json) }
        return object
    }

    /// Nil when the bridge cannot be read.
    init?(_ object: JSONObject) {
        guard let bridge = object["bridge"]?.stringValue.flatMap({ InterfaceName($0) }) else { return nil }
        self.init(
            bridge: bridge,
            subnets: (object["subnets"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { IPPrefix($0) } },
            ingress: object["ingress"]?.stringValue.flatMap(Ingress.init(rawValue:)) ?? .none,
            interContainer: object["interContainer"]?.boolValue == false ? .isolated : .open,
            guardsLoopback: object["guardsLoopback"]?.boolValue ?? false,
            opensLoopback: object["opensLoopback"]?.boolValue ?? false,
            redirect: object["redirect"]?.objectValue.flatMap(ResolverRedirect.init(_:)))
    }
}
