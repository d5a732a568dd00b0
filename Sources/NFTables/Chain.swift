// SPDX-License-Identifier: Apache-2.0

/// A place in the packet path. nft(8), IPV4/IPV6/INET ADDRESS FAMILIES.
package enum Hook: UInt32, Sendable {
    case prerouting = 0
    case input = 1
    case forward = 2
    case output = 3
    case postrouting = 4

    package var text: String {
        switch self {
        case .prerouting: "prerouting"
        case .input: "input"
        case .forward: "forward"
        case .output: "output"
        case .postrouting: "postrouting"
        }
    }
}

/// When a base chain runs among those of its hook: lower numbers first.
package struct Priority: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// `dstnat` of the family bridge: before anything else looks at a frame.
    package static let bridgeDestinationNAT = Priority(rawValue: -300)
    package static let raw = Priority(rawValue: -300)
    package static let destinationNAT = Priority(rawValue: -100)
    package static let filter = Priority(rawValue: 0)
    package static let sourceNAT = Priority(rawValue: 100)

    /// As nft(8) writes it at `hook`; some names exist at some hooks only, and those of bridges stand for other numbers.
    func text(at hook: Hook, of family: TableFamily) -> String {
        if family == .bridge { return "\(rawValue)" }
        return switch (self, hook) {
        case (.raw, _): "raw"
        case (.destinationNAT, .prerouting): "dstnat"
        case (.filter, _): "filter"
        case (.sourceNAT, .postrouting): "srcnat"
        default: "\(rawValue)"
        }
    }
}

/// A chain of rules; a base chain is one that the packet path enters by itself.
package struct Chain: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case filter
        case nat
        case route
    }

    package enum Policy: UInt32, Sendable {
        case drop = 0
        case accept = 1

        package var text: String { self == .drop ? "drop" : "accept" }
    }

    package struct Base: Hashable, Sendable {
        package let kind: Kind
        package let hook: Hook
        package let priority: Priority
        package let policy: Policy

        package init(_ kind: Kind, _ hook: Hook, _ priority: Priority, _ policy: Policy = .accept) {
            self.kind = kind
            self.hook = hook
            self.priority = priority
            self.policy = policy
        }
    }

    package let name: String
    /// Nil for a chain that only jumps lead to.
    package let base: Base?

    package init(_ name: String, _ base: Base? = nil) {
        self.name = name
        self.base = base
    }
}
