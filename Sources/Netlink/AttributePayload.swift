// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
package import NetworkTypes

/// A value that can be the payload of an attribute.
package protocol AttributePayload {
    /// Calls `body` once with the payload as it goes over the wire.
    func withWireBytes(_ body: (RawSpan) -> Void)
}

/// A number in the host's byte order, as rtnetlink wants it.
extension AttributePayload where Self: FixedWidthInteger & BitwiseCopyable {
    package func withWireBytes(_ body: (RawSpan) -> Void) {
        unsafe Swift.withUnsafeBytes(of: self) { unsafe body($0.bytes) }
    }
}

extension UInt8: AttributePayload {}
extension UInt16: AttributePayload {}
extension UInt32: AttributePayload {}
extension Int32: AttributePayload {}

/// One octet, 0 or 1.
extension Bool: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { (self ? 1 as UInt8 : 0).withWireBytes(body) }
}

/// A number in network byte order, as netfilter and tunnel attributes want it.
package struct NetworkOrder<Number: FixedWidthInteger & BitwiseCopyable & AttributePayload & Sendable>: Sendable {
    let value: Number

    init(_ value: Number) { self.value = value }
}

extension NetworkOrder: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { value.bigEndian.withWireBytes(body) }
}

/// NUL-terminated.
extension String: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) {
        unsafe withCString { unsafe body(UnsafeRawBufferPointer(start: $0, count: utf8.count + 1).bytes) }
    }
}

extension InterfaceName: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { text.withWireBytes(body) }
}

extension InterfaceIndex: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { rawValue.withWireBytes(body) }
}

/// 4 or 16 octets.
extension IPAddress: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) {
        switch self {
        case .ipv4(let address): address.rawValue.bigEndian.withWireBytes(body)
        case .ipv6(let address):
            unsafe Swift.withUnsafeBytes(of: address.rawValue.bigEndian) { unsafe body($0.bytes) }
        }
    }
}

/// Six octets.
extension MACAddress: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) {
        // The address is the lower 48 bits: the last six octets of the big-endian number.
        unsafe Swift.withUnsafeBytes(of: rawValue.bigEndian) { unsafe body($0.bytes.extracting(last: 6)) }
    }
}

/// A namespace as a number in a request (`IFLA_NET_NS_FD`). It is worth something only while the namespace is held.
package struct NamespaceDescriptor: Sendable {
    let rawValue: Int32

    init(rawValue: Int32) { self.rawValue = rawValue }

    package init(borrowing namespace: borrowing NetworkNamespace) { rawValue = namespace.rawDescriptor }
}

extension NamespaceDescriptor: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { rawValue.withWireBytes(body) }
}
