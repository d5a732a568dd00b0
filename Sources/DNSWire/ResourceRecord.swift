// SPDX-License-Identifier: Apache-2.0

/// A statement about a name, with the time for which it may be remembered. RFC 1035 section 4.1.3.
package struct ResourceRecord: Hashable, Sendable {
    /// In seconds; what is above counts as zero. RFC 2181 section 8.
    package static let maximumTimeToLive: UInt32 = 0x7fff_ffff

    package var name: DomainName
    package var recordClass: RecordClass
    /// In seconds, 0...``maximumTimeToLive``.
    package var timeToLive: UInt32
    package var data: RecordData

    package init(_ name: DomainName, timeToLive: UInt32, _ data: RecordData, recordClass: RecordClass = .internet) {
        self.name = name
        self.recordClass = recordClass
        self.timeToLive = timeToLive <= Self.maximumTimeToLive ? timeToLive : 0
        self.data = data
    }

    package var type: RecordType { data.type }
}
