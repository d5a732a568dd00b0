// SPDX-License-Identifier: Apache-2.0

/// What is asked about a name. RFC 1035 section 4.1.2.
package struct Question: Hashable, Sendable {
    package var name: DomainName
    package var type: RecordType
    package var recordClass: RecordClass

    package init(_ name: DomainName, _ type: RecordType, _ recordClass: RecordClass = .internet) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }
}

extension Question: CustomStringConvertible {
    package var description: String { "\(name) \(recordClass) \(type)" }
}
