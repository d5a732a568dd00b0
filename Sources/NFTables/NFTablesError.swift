// SPDX-License-Identifier: Apache-2.0
package import Netlink
package import SystemPackage

/// A failed conversation with nf_tables.
package struct NFTablesError: Error, Equatable, Sendable {
    /// One message of the conversation that the kernel refused.
    package struct Failure: Hashable, Sendable {
        /// Position in ``Transaction/operations``; nil when the batch as a whole was refused.
        package let index: Int?
        /// What was attempted, in the words of nft(8).
        package let operation: String
        package let errno: Errno
        /// The kernel's extended-ack text, when it sent one.
        package let message: String?
    }

    package enum Cause: Equatable, Sendable {
        /// The kernel refused these, in their order, and therefore changed nothing.
        case refused([Failure])
        /// The socket failed, or a single question was refused.
        case conversation(NetlinkError)
    }

    package let cause: Cause

    init(refused failures: [Failure]) { cause = .refused(failures) }

    init(_ error: NetlinkError) { cause = .conversation(error) }

    /// Everything the kernel refused; empty when the conversation itself failed.
    package var failures: [Failure] {
        if case .refused(let failures) = cause { failures } else { [] }
    }

    /// Positions in ``Transaction/operations`` of all that was refused.
    package var failedIndices: [Int] { failures.compactMap(\.index) }

    /// True when something that should be there already, or be free, was not: `EEXIST`.
    package var isAlreadyExists: Bool { has(.fileExists) }

    /// True when a table, chain, set or element is missing: `ENOENT`.
    package var isNotFound: Bool { has(.noSuchFileOrDirectory) }

    /// True when this kernel lacks nf_tables or a part of it.
    package var isNotSupported: Bool {
        has(.notSupportedOnSocket) || has(.protocolNotSupported) || has(.addressFamilyNotSupported)
    }

    /// True without CAP_NET_ADMIN in the user namespace that owns the network namespace.
    package var isPermissionDenied: Bool { has(.notPermitted) || has(.permissionDenied) }

    private func has(_ errno: Errno) -> Bool {
        switch cause {
        case .conversation(let error): error.errno == errno
        case .refused(let failures): failures.contains { $0.errno == errno }
        }
    }
}

extension NFTablesError: CustomStringConvertible {
    package var description: String {
        switch cause {
        case .conversation(let error): return error.description
        case .refused(let failures):
            guard let first = failures.first else { return "nftables transaction refused" }
            let message = first.message.map { ": \($0)" } ?? ""
            let others = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
            return "\(first.operation): \(first.errno)\(message)\(others)"
        }
    }
}
