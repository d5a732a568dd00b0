// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// The leases of an attachment: taken when the stage that makes the interface says so, given back last of all.
package struct AddressStage: Stage {
    package static let section = "ipam"

    package let source: any AddressSource

    package init(_ source: any AddressSource) { self.source = source }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        attachment.record[stage: Self.section] = source.section
    }

    /// Nothing: the interface's stage calls ``obtain(_:)`` where it fits.
    package func add(to attachment: Attachment) throws(CNIError) {}

    /// Takes the addresses; the result has no interfaces.
    package func obtain(_ attachment: Attachment) throws(CNIError) -> CNIResult {
        guard let request = attachment.request else { return CNIResult() }
        return try source.obtain(for: request)
    }

    package static func delete(from attachment: Attachment) throws(CNIError) {
        if let directory = attachment.section(section)?[LeaseSection.dataDirectory]?.stringValue {
            try Leasing.release(attachment.identity, on: attachment.network, dataDirectory: directory)
        } else if let request = attachment.request {
            let recorded = attachment.section(section)?[LeaseSection.type]?.stringValue
            let configured = recorded == nil ? try request.configuration.addressManager() : nil
            guard let type = recorded ?? configured else { return try releaseUnrecorded(request) }
            let addresses: DelegatedAddresses
            do throws(CNIError) { addresses = try DelegatedAddresses(type, for: request.context) } catch {
                // Without it there was no ADD, as far as is known.
                if recorded == nil { return request.warn("while giving back leases that may be there: \(error)") }
                throw error
            }
            try addresses.release(for: request)
        }
    }

    /// Leases that were taken without a plugin, by an ADD that was killed before it could record them.
    private static func releaseUnrecorded(_ request: CNIRequest) throws(CNIError) {
        let directory = request.configuration.root.value(ignoringCaseOf: LeaseSection.dataDirectory)?.stringValue ?? ""
        try Leasing.release(request.attachment, on: request.network, dataDirectory: directory)
    }

    package func check(_ attachment: Attachment) throws(CNIError) {
        guard let request = attachment.request else { return }
        try source.check(request)
    }
}

/// The keys of the record's section about leases.
package enum LeaseSection {
    /// The address plugin's type.
    package static let type = "type"
    /// Where leases are, when it was this program that took them.
    package static let dataDirectory = "dataDir"
}
