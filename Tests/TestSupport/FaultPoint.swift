// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import SystemPackage

/// A system call of a program at which a test can make it fail or die, by strace(1).
package struct FaultPoint: Hashable, Sendable, CustomStringConvertible {
    package let call: String
    /// Counts the calls of this name, from 1.
    package let number: Int
    /// The call as strace shows it.
    package let description: String

    package init(_ call: String, _ number: Int, description: String = "") {
        self.call = call
        self.number = number
        self.description = description
    }

    /// Calls that ask or change the kernel or the file system.
    package static let calls = [
        "bind", "flock", "getdents64", "ioctl", "link", "linkat", "mkdir", "mkdirat", "openat", "read", "recvfrom",
        "recvmsg", "rename", "renameat", "renameat2", "rmdir", "sendmsg", "sendto", "setns", "setsockopt", "socket",
        "unlink", "unlinkat", "utimensat", "write",
    ]

    /// Those among ``calls`` that change something another process can see.
    package static let changes: Set = [
        "link", "linkat", "mkdir", "mkdirat", "openat", "rename", "renameat", "renameat2", "rmdir", "sendmsg", "sendto",
        "setns", "unlink", "unlinkat", "utimensat", "write",
    ]

    /// A wrapper that writes every call of ``calls`` to a file.
    package static func recording(to log: FilePath) -> [String] {
        ["strace", "-qqq", "-s", "64", "-o", log.string, "-e", "trace=" + calls.joined(separator: ",")]
    }

    /// The calls that a log of ``recording(to:)`` has behind the first read of standard input: before that a program
    /// only loads libraries.
    package static func read(_ log: FilePath) throws -> [FaultPoint] {
        var counts: [Substring: Int] = [:]
        var points: [FaultPoint] = []
        var hasBegun = false
        for line in String(decoding: try File.read(log), as: UTF8.self).split(separator: "\n") {
            // What the kernel restarts by itself says nothing about the program.
            guard let end = line.firstIndex(of: "("), !line.contains(" ERESTART") else { continue }
            let call = line[..<end]
            counts[call, default: 0] += 1
            if line.hasPrefix("read(0,") { hasBegun = true }
            if hasBegun {
                points.append(FaultPoint(String(call), counts[call] ?? 0, description: String(line)))
            }
        }
        return points
    }

    /// A wrapper that makes this call fail, and with `andLater` every later one of its name.
    package func failing(andLater: Bool = false) -> [String] {
        // The kernel stops the program at these calls only, which makes the rest of it run at full speed.
        ["strace", "-f", "--seccomp-bpf"] + injection("error=EIO:when=\(number)\(andLater ? "+" : "")")
    }

    /// A wrapper that kills the program as it makes this call, before the call does anything.
    package var killing: [String] { ["strace"] + injection("signal=KILL:when=\(number)") }

    private func injection(_ fault: String) -> [String] {
        ["-qqq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(call):\(fault)"]
    }
}
