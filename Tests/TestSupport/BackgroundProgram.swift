// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
internal import LinuxSystem
package import SystemPackage

/// A program that runs beside the test and ends, at the latest, with the last reference.
package final class BackgroundProgram {
    package let processID: Int32
    private let streams: OwnedDescriptor
    private var hasEnded = false

    /// Starts a program in a namespace.
    ///
    /// - Parameters:
    ///   - arguments: The first is a path, or the name of a program in the PATH of this process.
    ///   - log: Where what it says goes; nil for nowhere.
    package init(_ arguments: [String], in namespace: TestNamespace, log: FilePath? = nil) throws {
        streams = try OwnedDescriptor(
            opening: log ?? "/dev/null", .readWrite, options: [.create, .append], permissions: .ownerReadWrite)
        let raw = streams.rawValue
        processID = try namespace.inside { try Command.spawn(arguments, nil, [raw, raw, raw]) }
    }

    /// Sends a signal. Programs that have ended get none.
    package func signal(_ number: Int32) { if !hasEnded { kill(processID, number) } }

    /// Waits, for ten seconds at most, until it has ended by itself; returns its exit status.
    package func waitForEnd() -> Int32? {
        for _ in 0..<1000 where !hasEnded {
            var status: Int32 = 0
            if unsafe waitpid(processID, &status, WNOHANG) == processID {
                hasEnded = true
                return swnet_wait_exit_status(status)
            }
            usleep(10_000)
        }
        return nil
    }

    deinit {
        guard !hasEnded else { return }
        kill(processID, SIGKILL)
        waitpid(processID, nil, 0)
    }
}
