// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetResolver

/// What it says of itself.
extension Server {
    var status: JSONObject {
        [
            "pid": .number(ProcessContext.processID),
            "startedAt": .number(started.seconds),
            "networks": .array(resolver.zones.networks.map { .object(describe($0)) }),
            "upstreams": .array(resolver.upstreams.map { .string("\($0)") }),
            "counters": .object(counters),
            "waiting": .number(resolver.occupancy.lookups),
            "cachedAnswers": .number(resolver.occupancy.cachedAnswers),
            "connections": .number(connections.count),
        ]
    }

    private func describe(_ network: NetworkName) -> JSONObject {
        var object: JSONObject = ["network": .string(network.text)]
        let gateways = gateways.used(by: network)
        object["port"] = gateways.first.map { .number($0.port) }
        object["gateways"] = .array(gateways.map(\.address).sorted().map { .string($0.description) })
        object["endpoints"] = .number(resolver.zones.count(of: network))
        object["error"] = failures[network].map { .string($0) }
        return object
    }

    private var counters: JSONObject {
        let counters = resolver.counters
        return [
            "queries": .number(counters.queries), "local": .number(counters.local),
            "cached": .number(counters.cached), "forwarded": .number(counters.forwarded),
            "refused": .number(counters.refused), "malformed": .number(counters.malformed),
            "failed": .number(counters.failed),
        ]
    }
}
