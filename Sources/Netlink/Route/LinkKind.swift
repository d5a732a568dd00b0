// SPDX-License-Identifier: Apache-2.0

/// A kind of virtual link, as ip-link(8) spells it behind `type`.
package struct LinkKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
}

extension LinkKind: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { rawValue.withWireBytes(body) }
}

extension LinkKind: CustomStringConvertible {
    package var description: String { rawValue }
}

/// What makes a link one of a kind. A new kind is one new file: its attributes, its options with a conformance to this,
/// and a property of ``Link`` that reads `kindData` back.
package protocol LinkOptions: CustomStringConvertible {
    associatedtype Data: AttributeSpace

    static var kind: LinkKind { get }

    /// Writes `IFLA_INFO_DATA`.
    func encode(into data: inout AttributeWriter<Data>)
}
