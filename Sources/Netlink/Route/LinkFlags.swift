// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

/// `IFF_*`, as netdevice(7).
package struct LinkFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ flag: Int) { rawValue = UInt32(truncatingIfNeeded: flag) }

    /// Someone wants the link to work.
    package static var up: Self { Self(IFF_UP) }
    package static var loopback: Self { Self(IFF_LOOPBACK) }
    package static var pointToPoint: Self { Self(IFF_POINTOPOINT) }
    /// The link does work: ``up``, and its other end is there.
    package static var running: Self { Self(IFF_RUNNING) }
    package static var promiscuous: Self { Self(IFF_PROMISC) }
    package static var allMulticast: Self { Self(IFF_ALLMULTI) }
    package static var multicast: Self { Self(IFF_MULTICAST) }
}

/// RFC 2863 `ifOperStatus`.
package enum OperationalState: UInt8, Sendable {
    case unknown
    case notPresent
    case down
    case lowerLayerDown
    case testing
    case dormant
    case up
}
