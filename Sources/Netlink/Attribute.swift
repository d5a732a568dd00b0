// SPDX-License-Identifier: Apache-2.0

/// The attributes of one message or nest. `IFLA_*`, `RTA_*` and `IFLA_INFO_*` are different spaces.
package protocol AttributeSpace {}

/// An attribute number, the space it belongs to and the Swift type of its payload.
///
/// A foreign attribute, or a payload of the wrong type, does not compile.
package struct Attribute<Space: AttributeSpace, Payload>: Sendable {
    let type: UInt16

    package init(_ type: Int) { self.type = UInt16(truncatingIfNeeded: type) }

    /// Numbers of named C enumerations.
    package init<Number: RawRepresentable<UInt32>>(_ type: Number) {
        self.type = UInt16(truncatingIfNeeded: type.rawValue)
    }
}

/// The payload of an attribute that holds attributes of another space.
package enum Nested<Inner: AttributeSpace> {}

/// The payload of an attribute that holds a C struct and then attributes of another space.
package enum HeadedNest<Header: BitwiseCopyable, Inner: AttributeSpace> {}

/// A kind of message: its number, the C struct behind the netlink header, and the space of its attributes.
package struct MessageType<Header: BitwiseCopyable, Space: AttributeSpace>: Sendable {
    let number: UInt16

    package init(_ number: Int) { self.number = UInt16(truncatingIfNeeded: number) }
}
