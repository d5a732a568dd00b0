// SPDX-License-Identifier: Apache-2.0

/// The kernel's number of an interface, unique within one network namespace while the interface lives.
package struct InterfaceIndex: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }
}

extension InterfaceIndex: CustomStringConvertible {
    package var description: String { rawValue.description }
}
