// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

/// An open network namespace. While it is held the namespace lives, even without a process in it.
package struct NetworkNamespace: ~Copyable, Sendable {
    /// Which namespace a descriptor refers to: equal for two paths of one namespace.
    package struct Identity: Hashable, Sendable {
        package let device: UInt64
        package let inode: UInt64

        package init(device: UInt64, inode: UInt64) {
            self.device = device
            self.inode = inode
        }
    }

    private let descriptor: OwnedDescriptor
    /// The path it was opened by, for messages.
    package let path: FilePath

    /// Opens `path`, such as `/run/netns/x` or `/proc/PID/ns/net`.
    ///
    /// - Throws: `isNotFound` if the path is gone; `EINVAL` if it is not a network namespace (for example the empty file
    ///   that an unmounted bind target leaves behind).
    package init(path: FilePath) throws(SystemError) {
        let descriptor = try OwnedDescriptor(opening: path, options: .nonBlocking)  // a FIFO must not stop us
        var magic = 0
        let raw = descriptor.rawValue
        try check("statfs \(path)") { unsafe swnet_filesystem_magic_of(raw, &magic) }
        let isOther = SystemError("open network namespace \(path)", .invalidArgument)
        guard magic == swnet_nsfs_magic else { throw isOther }
        let type = swnet_namespace_type(raw)
        if type < 0 { throw SystemError.last("open network namespace \(path)") }
        guard type == swnet_clone_newnet else { throw isOther }
        self.descriptor = descriptor
        self.path = path
    }

    /// The namespace of the calling thread. `/proc/self` would name the main thread's.
    package static func current() throws(SystemError) -> NetworkNamespace {
        try NetworkNamespace(path: "/proc/thread-self/ns/net")
    }

    /// For requests that carry the namespace as a descriptor (`IFLA_NET_NS_FD`); borrowed for one call.
    package var rawDescriptor: Int32 { descriptor.rawValue }

    package borrowing func identity() throws(SystemError) -> Identity {
        var information = stat()
        let raw = descriptor.rawValue
        try check("stat \(path)") { unsafe fstat(raw, &information) }
        return Identity(device: UInt64(information.st_dev), inode: UInt64(information.st_ino))
    }

    borrowing func enter() throws(SystemError) {
        let raw = descriptor.rawValue
        try check("setns \(path)") { swnet_setns(raw, swnet_clone_newnet) }
    }

    /// Brings the thread home. A thread that cannot get back would run host code in the sandbox, so it ends the program.
    borrowing func enterOrDie() {
        if swnet_setns(descriptor.rawValue, swnet_clone_newnet) != 0 { abort() }
    }
}

/// Runs `body` with the calling thread inside `namespace`, then brings the thread back.
///
/// `body` is synchronous on purpose: it cannot suspend, so it cannot resume on another thread.
package func withNetworkNamespace<R: ~Copyable, E: Error>(
    _ namespace: borrowing NetworkNamespace, _ body: () throws(E) -> R
) throws(NamespaceError<E>) -> R {
    let home = try enter(namespace, failingAs: E.self)
    defer { home.enterOrDie() }
    do throws(E) { return try body() } catch { throw .body(error) }
}

/// Moves the calling thread and returns the namespace it came from.
private func enter<E: Error>(
    _ namespace: borrowing NetworkNamespace, failingAs: E.Type
) throws(NamespaceError<E>) -> NetworkNamespace {
    do throws(SystemError) {
        let home = try NetworkNamespace.current()
        try namespace.enter()
        return home
    } catch { throw .entering(error) }
}

/// What can go wrong in ``withNetworkNamespace(_:_:)``: the switch itself, or the work done inside.
package enum NamespaceError<Body: Error>: Error {
    case entering(SystemError)
    case body(Body)
}

extension NamespaceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .entering(let error): "\(error)"
        case .body(let error): "\(error)"
        }
    }
}
