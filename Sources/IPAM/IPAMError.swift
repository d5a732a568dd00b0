// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
package import NetworkTypes

/// Why an address could not be handed out, kept or taken back.
package enum IPAMError: Error, Hashable, Sendable {
    /// The configuration describes ranges that cannot be.
    case invalid(String)
    /// Every address of a range set is leased.
    case exhausted(AddressPool)
    /// A requested address belongs to somebody else. `age` is in seconds; `by` is nil when the lease names no owner.
    case taken(IPAddress, by: LeaseHolder?, age: Int64)
    /// A requested address is the gateway of its range.
    case gateway(IPAddress)
    /// A requested address is excluded from its range.
    case excluded(IPAddress)
    /// Requested addresses that no range set, or none that was still free for a request, contains.
    case unassignable([IPAddress])
    /// The attachment holds an address of the set already.
    case duplicate(IPAddress, AttachmentID)
    /// Another process kept the lock for too long; trying again later may help.
    case locked(SystemError)
    case system(SystemError)
}

extension IPAMError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalid(let reason): reason
        case .exhausted(let pool):
            "no IP addresses available in range set: \(pool): all \(pool.usable) usable addresses are leased; delete "
                + "containers, run GC, or enlarge the range"
        case .taken(let address, let holder?, let age):
            "requested IP address \(address) is not available: \(holder) has held it for \(Self.words(age))"
        case .taken(let address, nil, let age):
            "requested IP address \(address) is not available: it was reserved \(Self.words(age)) ago by an unknown owner"
        case .gateway(let address): "requested ip \(address) is subnet's gateway"
        case .excluded(let address): "requested IP address \(address) is excluded from its range"
        case .unassignable(let addresses):
            "failed to allocate all requested IPs: no range set has room for "
                + addresses.map(\.description).joined(separator: ", ")
        case .duplicate(let address, let owner):
            "\(address) has been allocated to \(owner.container), duplicate allocation is not allowed: run DEL for "
                + "container \(owner.container), interface \(owner.interface) first"
        case .locked(let error): "\(error): another process holds the address store for too long; try again later"
        case .system(let error): "\(error)"
        }
    }

    /// The two largest units of a duration are enough to recognise it: `3 d 4 h`.
    private static func words(_ seconds: Int64) -> String {
        let seconds = max(0, seconds)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86400: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: "\(seconds / 86400) d \(seconds % 86400 / 3600) h"
        }
    }
}
