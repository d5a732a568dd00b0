// SPDX-License-Identifier: Apache-2.0
package import JSON

/// How the host end of a veth pair behaves as a port of its bridge.
package struct BridgePortOptions: Hashable, Sendable {
    package var hairpin = false
    package var isolated = false
    /// Access VLAN, 1...4094; untagged on this port.
    package var vlan: UInt16?
    /// Tagged VLANs, 1...4094.
    package var trunk: [ClosedRange<UInt16>] = []
    package var preservesDefaultVLAN = false

    /// Whether the bridge has to filter VLANs.
    package var filtersVLANs: Bool { vlan != nil || !trunk.isEmpty }

    package init() {}

    package init(reading root: ObjectReader) throws(JSONError) {
        hairpin = try root.bool("hairpinMode") ?? false
        isolated = try root.bool("portIsolation") ?? false
        preservesDefaultVLAN = try root.bool("preserveDefaultVlan") ?? false
        vlan = try root.integer("vlan", in: 0...4094).flatMap { $0 == 0 ? nil : $0 }
        for entry in try root.array("vlanTrunk") ?? [] { trunk += try Self.trunkRanges(entry.object()) }
    }

    /// One entry may hold a single `id`, a range, or both, as in the reference plugin.
    private static func trunkRanges(_ entry: ObjectReader) throws(JSONError) -> [ClosedRange<UInt16>] {
        var ranges: [ClosedRange<UInt16>] = []
        let minimum: UInt16? = try entry.integer("minID", in: 1...4094)
        let maximum: UInt16? = try entry.integer("maxID", in: 1...4094)
        switch (minimum, maximum) {
        case (let low?, let high?):
            guard low <= high else { throw entry.invalid("minID", "is greater than maxID") }
            ranges.append(low...high)
        case (nil, nil): break
        case (nil, _): throw entry.invalid("maxID", "needs minID beside it")
        case (_, nil): throw entry.invalid("minID", "needs maxID beside it")
        }
        if let id: UInt16 = try entry.integer("id", in: 1...4094) { ranges.append(id...id) }
        return ranges
    }
}

extension BridgePortOptions {
    /// What differs from the kernel's choice, under the keys that ``init(reading:)`` takes.
    var json: JSONObject {
        var object = JSONObject()
        if hairpin { object["hairpinMode"] = true }
        if isolated { object["portIsolation"] = true }
        object["vlan"] = vlan.map { .number($0) }
        if !trunk.isEmpty {
            object["vlanTrunk"] = .array(
                trunk.map { ["minID": .number($0.lowerBound), "maxID": .number($0.upperBound)] })
        }
        if preservesDefaultVLAN { object["preserveDefaultVlan"] = true }
        return object
    }
}
