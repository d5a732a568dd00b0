// SPDX-License-Identifier: Apache-2.0
import NetworkTypes

// Literals keep tables of examples readable; a wrong one fails the test run at once.
extension InterfaceName: ExpressibleByStringLiteral {
    /// `text` in its usual form.
    public init(stringLiteral text: String) { self = literal(text, InterfaceName.init) }
}

extension IPAddress: ExpressibleByStringLiteral {
    /// `text` in its usual form.
    public init(stringLiteral text: String) { self = literal(text, IPAddress.init) }
}

extension IPPrefix: ExpressibleByStringLiteral {
    /// `text` in its usual form.
    public init(stringLiteral text: String) { self = literal(text, IPPrefix.init) }
}

extension MACAddress: ExpressibleByStringLiteral {
    /// `text` in its usual form.
    public init(stringLiteral text: String) { self = literal(text, MACAddress.init) }
}

private func literal<Value>(_ text: String, _ parse: (String) -> Value?) -> Value {
    guard let value = parse(text) else { preconditionFailure("\"\(text)\" is no \(Value.self)") }
    return value
}
