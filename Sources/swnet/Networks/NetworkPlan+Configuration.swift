// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import NetworkTypes

extension NetworkPlan {
    /// Newest version that Podman 4's library reads.
    static let cniVersion = "1.0.0"

    /// The network as a configuration list. CNI 1.1 section 1.
    package var configuration: JSONObject {
        var object: JSONObject = ["cniVersion": .string(Self.cniVersion), "name": .string(name.text)]
        if !labels.isEmpty {
            // Podman's place for labels, so that its `network inspect` and filters know them.
            let labels = JSONObject(labels.map { ($0.key, JSON.string($0.value)) })
            object["args"] = ["podman_labels": .object(labels)]
        }
        object["plugins"] = .array((style == .single ? [single] : chain).map { .object($0) })
        return object
    }

    /// The plugin object of type `swnet`. What has its default value is left out.
    private var single: JSONObject {
        var object: JSONObject = ["type": "swnet", "bridge": .string(bridge.text)]
        object["subnets"] = .array(subnets.map { .object($0.configuration) })
        if let mtu { object["mtu"] = .number(mtu) }
        if isInternal { object["internal"] = true }
        if isolation != .strict { object["isolation"] = .string(isolation.rawValue) }
        if !connectsContainers { object["interContainer"] = false }
        object["capabilities"] = [
            "portMappings": true, "ips": true, "mac": true, "aliases": true,
        ]
        return object
    }

    /// What Podman 4 writes for its own networks.
    private var chain: [JSONObject] {
        let portmap: JSONObject = ["type": "portmap", "capabilities": ["portMappings": true]]
        return [
            bridgePlugin, portmap, ["type": "firewall", "ingressPolicy": .string(ingressPolicy)], ["type": "tuning"],
        ]
    }

    private var bridgePlugin: JSONObject {
        var object: JSONObject = [
            "type": "bridge", "bridge": .string(bridge.text), "isGateway": .bool(!isInternal),
            "ipMasq": .bool(!isInternal), "hairpinMode": true,
        ]
        if let mtu { object["mtu"] = .number(mtu) }
        if !connectsContainers { object["portIsolation"] = true }
        var addressing: JSONObject = ["type": "host-local"]
        addressing["ranges"] = .array(subnets.map { [.object($0.configuration)] })
        if !isInternal {
            let destinations = IPFamily.allCases.filter(subnets.families.contains)
            addressing["routes"] = .array(destinations.map { ["dst": $0 == .ipv4 ? "0.0.0.0/0" : "::/0"] })
        }
        object["ipam"] = .object(addressing)
        object["capabilities"] = ["ips": true, "mac": true]
        return object
    }

    private var ingressPolicy: String {
        guard connectsContainers else { return "isolated" }
        return isolation == .none ? "open" : "same-bridge"
    }
}

extension SubnetPlan {
    /// The words are host-local's.
    fileprivate var configuration: JSONObject {
        var object: JSONObject = ["subnet": .string(subnet.description)]
        if let range {
            object["rangeStart"] = .string(range.lowerBound.description)
            object["rangeEnd"] = .string(range.upperBound.description)
        }
        object["gateway"] = .string(effectiveGateway.description)
        return object
    }
}
