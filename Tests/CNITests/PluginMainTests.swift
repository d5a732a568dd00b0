// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import SystemPackage
import Testing

/// The part of a plugin that only a process can show: `swnet-cni` as it was built beside these tests.
@Suite struct PluginMainTests {
    @Test("VERSION needs no standard input")
    func version() throws {
        let expected = try run("CNI_COMMAND=VERSION $program < /dev/null")
        #expect(expected.hasPrefix("{\"cniVersion\":\"1.1.0\","))
        #expect(expected.hasSuffix("}\n0\n"))
        #expect(try run("CNI_COMMAND=VERSION $program <&-") == expected)
    }

    @Test("standard output that cannot be written is code 5 on standard error", arguments: [">&-", "> /dev/full"])
    func unwritable(redirection: String) throws {
        let answer = try run("CNI_COMMAND=VERSION $program 2>&1 \(redirection)")
        #expect(answer.contains("\"code\": 5,"))
        #expect(answer.contains("write standard output: "))
        #expect(answer.hasSuffix("}\n1\n"))
    }

    @Test("a reader that went away does not kill the plugin")
    func brokenPipe() throws {
        #expect(
            try run("{ { sleep 0.1; CNI_COMMAND=VERSION $program 2>/dev/null; echo $? >&3; } | true; } 3>&1").hasPrefix(
                "1\n"))
    }

    @Test("without a command it introduces itself on standard error")
    func about() throws {
        #expect(
            try run("$program 2>&1 > /dev/null").hasPrefix(
                "CNI swnet-cni plugin v2.0.0\nCNI protocol versions supported: "))
        #expect(try run("$program 2> /dev/null") == "0\n")
    }

    @Test("an error is one object on standard output, and status 1")
    func error() throws {
        let answer = try run("CNI_COMMAND=ADD $program 2> /dev/null")
        let object = try JSONObject(parsing: Array(answer.utf8.dropLast(2)))
        #expect(object["code"] == 7)
        #expect(answer.hasSuffix("}1\n"))
    }

    /// Runs a shell script in which `$program` is ours.
    ///
    /// - Returns: What it wrote on standard output, and the status of its last command on a line of its own.
    private func run(_ script: String) throws -> String {
        let text = "program=$(dirname $(readlink /proc/$PPID/exe))/swnet-cni\n\(script)\necho $?\n"
        let outcome = try ChildProcess.run("/bin/sh", input: Array(text.utf8), environment: ["PATH=/usr/bin"])
        return String(decoding: outcome.output, as: UTF8.self)
    }
}
