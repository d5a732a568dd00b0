// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import LinuxSystem
package import SystemPackage

/// What this process may do.
package enum Privileges {
    /// True when network namespaces can be made without a user namespace around them.
    package static var canUnshareNetwork: Bool { geteuid() == 0 }
}

/// A network namespace of the test's own with `lo` up, gone when the last reference goes.
package final class TestNamespace: Sendable {
    package let namespace: NetworkNamespace

    package init() throws {
        namespace = try Self.make()
        try run("ip link set lo up")
    }

    /// A path by which any process of this machine can open the namespace while the test lives.
    package var path: FilePath { FilePath("/proc/\(getpid())/fd/\(namespace.rawDescriptor)") }

    /// Runs `body` with the calling thread in this namespace; `body` cannot suspend, so it cannot change threads.
    package func inside<R: ~Copyable>(_ body: () throws -> R) throws -> R {
        do {
            return try withNetworkNamespace(namespace, body)
        } catch NamespaceError<any Error>.body(let error) {
            throw error
        }
    }

    /// Runs a command here and returns what it printed.
    @discardableResult
    package func run(_ line: String, input: String = "") throws -> String {
        try inside { try Command.run(line, input: input) }
    }

    /// Runs a command here with more arguments, which may have spaces, and returns what it printed.
    @discardableResult
    package func run(_ line: String, arguments: [String]) throws -> String {
        let words = line.split(separator: " ").map(String.init) + arguments
        let outcome = try inside { try Command.outcome(words) }
        guard outcome.exitStatus == 0 else {
            throw Command.Failure(description: "\(words.joined(separator: " ")): \(outcome.output)")
        }
        return outcome.output
    }

    /// Runs several `ip` commands, one a line, in one process.
    package func ip(_ commands: String) throws { try run("ip -batch -", input: commands) }

    /// Waits until the kernel has noticed that the link is up; before, it does not answer for IPv6 addresses.
    package func waitForCarrier(of interface: String) throws {
        for _ in 0..<500 {
            if try run("ip -oneline link show dev \(interface)").contains("state UP") { return }
            usleep(10_000)
        }
        throw Command.Failure(description: "\(interface) has no carrier")
    }

    private static func make() throws -> NetworkNamespace {
        let home = try NetworkNamespace.current()
        guard swnet_unshare(swnet_clone_newnet) == 0 else {
            throw SystemError("unshare the network namespace", Errno(rawValue: errno))
        }
        defer { if swnet_setns(home.rawDescriptor, swnet_clone_newnet) != 0 { abort() } }
        return try NetworkNamespace.current()
    }
}
