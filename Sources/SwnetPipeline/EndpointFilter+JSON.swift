// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import SwnetState

extension EndpointFilter {
    /// As a section of an endpoint record holds it. The ports themselves are the record's.
    var json: JSONObject {
        var object: JSONObject = ["addresses": .array(addresses.map { .string($0.description) })]
        switch egress {
        case .none: break
        case .masquerade: object["egress"] = "masquerade"
        case .fixed(let sources): object["egress"] = .array(sources.map { .string($0.description) })
        }
        if !published.isEmpty { object["publishes"] = true }
        if hairpin == .masqueraded { object["hairpin"] = true }
        if masqueradesAll { object["masqueradesAll"] = true }
        return object
    }

    /// What cannot be read is left out: withdrawing less is better than not withdrawing.
    init(_ object: JSONObject, of record: EndpointRecord) {
        self.init(
            addresses: Self.addresses(object["addresses"]), egress: Self.egress(object["egress"]),
            published: object["publishes"]?.boolValue == true ? record.ports : [],
            hairpin: object["hairpin"]?.boolValue == true ? .masqueraded : .off,
            masqueradesAll: object["masqueradesAll"]?.boolValue ?? false,
            owner: "\(record.network)/\(record.attachment.container)/\(record.attachment.interface)")
    }

    private static func egress(_ value: JSON?) -> Egress {
        guard let value else { return .none }
        return value.arrayValue == nil ? .masquerade : .fixed(addresses(value))
    }

    private static func addresses(_ value: JSON?) -> [IPAddress] {
        (value?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { IPAddress($0) } }
    }
}
