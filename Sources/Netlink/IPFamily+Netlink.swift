// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import NetworkTypes

extension IPFamily {
    /// `AF_INET` or `AF_INET6`.
    var netlink: UInt8 { UInt8(self == .ipv4 ? AF_INET : AF_INET6) }

    init?(netlink family: UInt8) {
        switch Int32(family) {
        case AF_INET: self = .ipv4
        case AF_INET6: self = .ipv6
        default: return nil
        }
    }

    /// `0.0.0.0/0` or `::/0`.
    var everything: IPPrefix? { IPAddress(0, self).flatMap { IPPrefix($0, length: 0) } }
}
