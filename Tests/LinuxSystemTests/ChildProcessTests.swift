// SPDX-License-Identifier: Apache-2.0
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test("input larger than a pipe comes back whole", arguments: [0, 1, 1_000_000])
    func echo(_ size: Int) throws {
        let input = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let outcome = try ChildProcess.run("/bin/cat", input: input, environment: [])
        #expect(outcome.output == input)
        #expect(outcome.exitStatus == 0)
    }

    @Test("a child that reads nothing, fails, or dies is reported, not suffered") func failures() throws {
        let outcome = try ChildProcess.run(
            "/bin/false", input: [UInt8](repeating: 1, count: 1_000_000), environment: [])
        #expect(outcome.exitStatus == 1)
        #expect(outcome.output.isEmpty)
        let missing = #expect(throws: SystemError.self) {
            try ChildProcess.run("/nonexistent/program", input: [], environment: [])
        }
        #expect(missing?.isNotFound == true)
    }

    @Test("the environment is exactly the one given") func environment() throws {
        let outcome = try ChildProcess.run("/usr/bin/env", input: [], environment: ["A=1", "B=x=y"])
        #expect(String(decoding: outcome.output, as: UTF8.self) == "A=1\nB=x=y\n")
    }

    @Test("a child dies of a broken pipe although its parent does not") func brokenPipe() throws {
        StandardStreams.secure()
        let script = "kill -PIPE $$; echo alive"
        let outcome = try ChildProcess.run("/bin/sh", input: Array(script.utf8), environment: [])
        #expect(outcome.exitStatus == nil)
        #expect(outcome.output.isEmpty)
    }

    @Test("a program that is being written is run when that is over") func busyProgram() throws {
        let folder = try TemporaryDirectory()
        let program = folder.path.appending("true")
        try AtomicFile.write(File.read("/bin/true"), to: program, permissions: .ownerReadWriteExecute)
        let writer = try FileDescriptor.open(program, .writeOnly)
        let statuses = try onThreads(2) { number -> Int32? in
            guard number == 0 else { return try ChildProcess.run(program, input: [], environment: []).exitStatus }
            usleep(200_000)
            try writer.close()
            return 0
        }
        #expect(statuses == [0, 0])
    }
}
