// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

extension NetworkPlan {
    /// Newest version that Podman 4's library reads.
    static let cniVersion = "1.0.0"

    /// The network as a configuration list. CNI 1.1 section 1.
    package var configuration: JSONObject {
        var object: JSONObject = ["cniVersion": .string(Self.cniVersion), "name": .string(name.text)]
        object["args"] = .object(arguments)
        object["plugins"] = .array((style == .single ? [single] : chain).map { .object($0) })
        return object
    }

    /// What is no plugin's business.
    private var arguments: JSONObject {
        var own = JSONObject()
        if let created { own[NetworkMark.created] = .number(created.seconds) }
        if adoptsBridge { own[NetworkMark.adoptsBridge] = true }
        var object: JSONObject = [NetworkMark.key: .object(own)]
        if !labels.isEmpty {
            // Podman's place for labels, so that its `network inspect` and filters know them.
            let labels = JSONObject(labels.map { ($0.key, JSON.string($0.value)) })
            object["podman_labels"] = .object(labels)
        }
        return object
    }

    /// The plugin object of type `swnet`. What has its default value is left out.
    private var single: JSONObject {
        var object: JSONObject = ["type": "swnet", "bridge": .string(bridge.text)]
        object["subnets"] = .array(subnets.map { .object($0.configuration) })
        if let mtu { object["mtu"] = .number(mtu) }
        if let vlan { object["vlan"] = .number(vlan) }
        if isInternal { object["internal"] = true }
        if isolation != .strict { object["isolation"] = .string(isolation.rawValue) }
        if !connectsContainers { object["interContainer"] = false }
        if !masquerades { object["masquerade"] = false }
        object["snat"] = fixedSources
        if !hasDefaultRoute { object["defaultRoute"] = false }
        if let metric { object["priority"] = .number(metric) }
        if checksMAC { object["macSpoofCheck"] = true }
        switch names {
        case .none: object["dns"] = ["enabled": false]
        case .served(let upstreams) where upstreams.isEmpty: break
        case .served(let upstreams): object["dns"] = ["upstreams": .array(upstreams.map { .string($0.description) })]
        }
        object["capabilities"] = ["portMappings": true, "ips": true, "mac": true, "aliases": true]
        return object
    }

    private var fixedSources: JSON? {
        guard !sources.isEmpty else { return nil }
        return .object(
            JSONObject(sources.map { ($0.family == .ipv4 ? "v4" : "v6", JSON.string($0.description)) }))
    }

    /// What Podman 4 writes for its own networks.
    private var chain: [JSONObject] {
        let portmap: JSONObject = ["type": "portmap", "capabilities": ["portMappings": true]]
        let policy: JSONObject = ["type": "firewall", "ingressPolicy": .string(ingressPolicy)]
        return [bridgePlugin, portmap, policy, ["type": "tuning"]] + [namePlugin].compactMap(\.self)
    }

    private var bridgePlugin: JSONObject {
        var object: JSONObject = [
            "type": "bridge", "bridge": .string(bridge.text), "isGateway": .bool(!isInternal),
            "ipMasq": .bool(!isInternal && masquerades), "hairpinMode": true,
        ]
        if let mtu { object["mtu"] = .number(mtu) }
        if let vlan { object["vlan"] = .number(vlan) }
        if checksMAC { object["macspoofchk"] = true }
        if !connectsContainers { object["portIsolation"] = true }
        var addressing: JSONObject = ["type": "host-local"]
        addressing["ranges"] = .array(subnets.map { [.object($0.configuration)] })
        if !isInternal, hasDefaultRoute {
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

    private var namePlugin: JSONObject? {
        guard case .served(let upstreams) = names else { return nil }
        var object: JSONObject = [
            "type": "dnsname", "domainName": .string(ResolverSettings.defaultDomain(of: name)),
        ]
        if !upstreams.isEmpty { object["remoteServers"] = .array(upstreams.map { .string($0.description) }) }
        object["capabilities"] = ["aliases": true]
        return object
    }
}

/// What `swnet create` leaves in `args` of a configuration, by which it knows its own.
enum NetworkMark {
    static let key = "swnet"
    /// Seconds since 1970.
    static let created = "created"
    static let adoptsBridge = "adoptsBridge"
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
