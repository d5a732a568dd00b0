// SPDX-License-Identifier: Apache-2.0
import SystemPackage
import TestSupport

extension WireFixture {
    /// - Parameter name: A file of Tests/Fixtures/netlink, without its extension.
    init(_ name: String) throws { try self.init(FilePath("netlink/\(name)")) }
}

func hexadecimal(_ bytes: [UInt8]) -> String { WireFixture.lines(bytes) }
