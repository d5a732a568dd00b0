// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// A system call that failed.
package struct SystemError: Error, Hashable, Sendable {
    /// What was attempted, in words a person can act on: `"open /run/netns/x"`.
    package let operation: String
    package let errno: Errno

    package init(_ operation: String, _ errno: Errno) {
        self.operation = operation
        self.errno = errno
    }

    /// The error of the system call that just failed on this thread.
    static func last(_ operation: String) -> SystemError { SystemError(operation, Errno(rawValue: Glibc.errno)) }

    /// True when a part of the path does not exist.
    package var isNotFound: Bool { errno == .noSuchFileOrDirectory || errno == .notDirectory }

    package var isAlreadyExists: Bool { errno == .fileExists }
}

extension SystemError: CustomStringConvertible {
    package var description: String { "\(operation): \(errno)" }
}

/// Calls `body` until it is not interrupted by a signal; throws what it reports as -1.
@discardableResult
func check(_ operation: @autoclosure () -> String, _ body: () -> Int32) throws(SystemError) -> Int32 {
    while true {
        let result = body()
        if result != -1 { return result }
        guard Glibc.errno == EINTR else { throw .last(operation()) }
    }
}
