// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import Netlink
internal import NetworkTypes

/// The values that the interface had before tuning, of what is about to change.
struct TuningSection: Equatable {
    var mac: MACAddress?
    var mtu: UInt32?
    var promiscuous: Bool?
    var allMulticast: Bool?
    var transmitQueueLength: UInt32?

    init(changing configuration: TuningConfiguration, mac: MACAddress?, of link: Link) {
        self.mac = mac == nil ? nil : link.macAddress
        mtu = configuration.mtu == nil ? nil : link.mtu
        promiscuous = configuration.promiscuous == nil ? nil : link.flags.contains(.promiscuous)
        allMulticast = configuration.allMulticast == nil ? nil : link.flags.contains(.allMulticast)
        transmitQueueLength = configuration.transmitQueueLength == nil ? nil : link.transmitQueueLength
    }

    /// What cannot be read is not put back.
    init(_ object: JSONObject) {
        mac = object["mac"]?.stringValue.flatMap { MACAddress($0) }
        mtu = object["mtu"]?.intValue.flatMap { UInt32(exactly: $0) }
        promiscuous = object["promisc"]?.boolValue
        allMulticast = object["allmulti"]?.boolValue
        transmitQueueLength = object["txQLen"]?.intValue.flatMap { UInt32(exactly: $0) }
    }

    var json: JSONObject {
        var object = JSONObject()
        object["mac"] = mac.map { .string($0.description) }
        object["mtu"] = mtu.map { .number($0) }
        object["promisc"] = promiscuous.map { .bool($0) }
        object["allmulti"] = allMulticast.map { .bool($0) }
        object["txQLen"] = transmitQueueLength.map { .number($0) }
        return object
    }
}
