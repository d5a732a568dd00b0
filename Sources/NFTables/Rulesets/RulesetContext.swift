// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// What rules ask of routing.
package protocol RulesetContext: ~Copyable {
    /// What kind of address it is to the routing tables: `RTN_*`.
    mutating func addressType(_ address: IPAddress) -> UInt32?
    /// The interface by which the address is reached; nil for none.
    mutating func interface(to address: IPAddress) -> TracedPacket.Interface?
    /// The address of an interface that `masquerade` takes.
    mutating func address(of interface: TracedPacket.Interface, to destination: IPAddress) -> IPAddress?
}
