// SPDX-License-Identifier: Apache-2.0
package import JSON
package import LinuxSystem
package import NetworkTypes
package import SwnetPipeline
package import SwnetState

/// Something that happened to networks.
package struct HostEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case attach(EndpointRecord)
        case detach(EndpointRecord)
        /// Something is not as it was made.
        case drift(UpkeepStep)
        /// What drifted is as it should be again, or is needed no more.
        case restored(UpkeepStep)
    }

    package let kind: Kind
    package let time: Timestamp

    package init(_ kind: Kind, at time: Timestamp) {
        self.kind = kind
        self.time = time
    }

    /// Nil when it is the host's.
    package var network: NetworkName? {
        switch kind {
        case .attach(let record), .detach(let record): record.network
        case .drift(let step), .restored(let step): step.network
        }
    }

    package var word: String {
        switch kind {
        case .attach: "attach"
        case .detach: "detach"
        case .drift: "drift"
        case .restored: "restored"
        }
    }

    /// The line for people.
    package var text: String {
        let begin = "\(UTCTime(time)) \(word) "
        switch kind {
        case .attach(let record), .detach(let record):
            let addresses = record.addresses.map { " \($0.address)" }.joined()
            let ports = record.ports.isEmpty ? "" : " \(record.ports.text)"
            return begin + "\(record.network) \(record.eventTitle) \(record.attachment.interface)\(addresses)\(ports)"
        case .drift(let step): return begin + "\(step.network?.text ?? "-") \(step.subject) is \(step.problem)"
        case .restored(let step):
            return begin + "\(step.network?.text ?? "-") \(step.subject) is no more \(step.problem)"
        }
    }

    /// Keys are interface of the program.
    package var json: JSON {
        var object: JSONObject = ["time": .string(UTCTime(time).description), "event": .string(word)]
        object["network"] = network.map { .string($0.text) } ?? .null
        switch kind {
        case .attach(let record), .detach(let record):
            object["name"] = record.name.map { .string($0) } ?? .null
            object["id"] = .string(record.attachment.container.text)
            object["interface"] = .string(record.attachment.interface.text)
            object["addresses"] = .array(record.addresses.map { .string($0.description) })
            object["ports"] = .array(record.ports.map { .object($0.mapping) })
        case .drift(let step), .restored(let step):
            object["subject"] = .string(step.subject)
            object["problem"] = .string(step.problem)
        }
        return .object(object)
    }
}

extension EndpointRecord {
    fileprivate var eventTitle: String { name ?? String(attachment.container.text.prefix(12)) }
}
