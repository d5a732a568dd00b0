// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// What went to and from an endpoint, as seen from there.
package struct EndpointStatistics: Hashable, Sendable {
    /// One direction.
    package struct Traffic: Hashable, Sendable {
        package var bytes: UInt64
        package var packets: UInt64
        package var drops: UInt64

        package init(bytes: UInt64, packets: UInt64, drops: UInt64) {
            self.bytes = bytes
            self.packets = packets
            self.drops = drops
        }
    }

    package struct Counters: Hashable, Sendable {
        package var received: Traffic
        package var sent: Traffic

        package init(received: Traffic, sent: Traffic) {
            self.received = received
            self.sent = sent
        }
    }

    package let name: String
    package let container: String
    package let interface: String
    package let network: NetworkName
    /// Nil without a host end, which has the counters.
    package var counters: Counters?
    /// Tracked connections that the endpoint made or answers; nil when they may not be looked at.
    package var connections: Int?
    /// What was counted a while ago, and how long that is, in milliseconds.
    package var earlier: (counters: Counters, milliseconds: Int)? {
        get { previous.map { ($0.counters, $0.milliseconds) } }
        set { previous = newValue.map { Earlier(counters: $0.counters, milliseconds: $0.milliseconds) } }
    }

    private struct Earlier: Hashable, Sendable {
        let counters: Counters
        let milliseconds: Int
    }

    private var previous: Earlier?

    package init(name: String, container: String, interface: String, network: NetworkName) {
        self.name = name
        self.container = container
        self.interface = interface
        self.network = network
    }

    /// Bytes a second in each direction; nil the first time.
    package var rates: (received: UInt64, sent: UInt64)? {
        guard let counters, let previous else { return nil }
        return (
            Self.rate(counters.received, previous.counters.received, previous.milliseconds),
            Self.rate(counters.sent, previous.counters.sent, previous.milliseconds)
        )
    }

    /// A counter that went back belongs to an interface that was made anew.
    private static func rate(_ now: Traffic, _ earlier: Traffic, _ milliseconds: Int) -> UInt64 {
        guard now.bytes >= earlier.bytes, milliseconds > 0 else { return 0 }
        return (now.bytes - earlier.bytes) * 1000 / UInt64(milliseconds)
    }

    /// How lists show it. Keys are interface of the program.
    package var json: JSON {
        var object: JSONObject = ["name": .string(name), "id": .string(container), "interface": .string(interface)]
        object["network"] = .string(network.text)
        object["received"] = counters?.received.json ?? .null
        object["sent"] = counters?.sent.json ?? .null
        object["connections"] = connections.map { .number($0) } ?? .null
        if let rates {
            object["bytesPerSecond"] = ["received": .number(rates.received), "sent": .number(rates.sent)]
        }
        return .object(object)
    }
}

extension EndpointStatistics.Traffic {
    fileprivate var json: JSON {
        ["bytes": .number(bytes), "packets": .number(packets), "drops": .number(drops)]
    }
}
