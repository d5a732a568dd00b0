// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct CommandLineTests {
    @Test(
        "help of the program and of each command",
        arguments: [
            "", "create", "ls", "inspect", "rm", "prune", "connect", "disconnect", "run", "exec", "stop", "ps",
            "port", "resolve", "doctor", "repair", "gc", "graph", "stats", "events", "trace", "version",
        ])
    func help(command: String) throws {
        let arguments = command.isEmpty ? ["--help"] : [command, "--help"]
        // Help is a command of its own, whose output is an error with status 0.
        let error = #expect(throws: (any Error).self) {
            var command = try Swnet.parseAsRoot(arguments)
            try command.run()
        }
        let text = Swnet.fullMessage(for: try #require(error), columns: 100) + "\n"
        #expect(Swnet.exitCode(for: try #require(error)) == .success)
        let name = command.isEmpty ? "swnet" : command
        #expect(try text == Golden.text(FilePath("cli/help-\(name).txt"), updatingTo: text))
    }

    @Test(
        "wrong command lines have status 64",
        arguments: [
            ["nonsense"], ["create"], ["create", "a b"], ["create", "_a"], ["create", "a", "--subnet", "10.0.0.0"],
            ["create", "a", "--gateway", "x"], ["create", "a", "--isolation", "x"], ["create", "a", "--mtu", "x"],
            ["create", "a", "--label", "x"], ["create", "a", "--option", "x"], ["create", "a", "--driver", "x"],
            ["create", "a", "--dns-upstream", "x"], ["create", "a", "--dns-upstream", "192.0.2.53", "--no-dns"],
            ["create", "a", "--parent", "not an interface"], ["ls", "--format", "xml"], ["ls", "--filter", "x"],
            ["ls", "--filter", "lable=x"], ["ls", "--filter", "dangling=maybe"], ["prune", "--filter", "name=x"],
            ["prune", "x"], ["inspect", "a", "--format", "xml"], ["inspect"], ["rm"],
            ["run", "--network", "a"], ["run", "--network", "a", "-p", "x", "--", "true"],
            ["run", "--network", "a", "--name", "a b", "--", "true"],
            ["run", "--network", "a", "--mac-address", "01:00:00:00:00:00", "--", "true"], ["exec", "a"],
            ["exec", "--", "true"], ["run", "--network", "none", "--network", "a", "--", "true"],
            ["run", "--network", "host", "--", "true"], ["run", "--network", "none", "-p", "1:1", "--", "true"],
            ["run", "--network", "a:interface=x", "--network", "b:interface=x", "--", "true"],
            ["run", "--network", "a", "--dns", "x", "--", "true"],
            ["run", "--network", "a", "--env", "=x", "--", "true"],
            ["run", "--network", "a", "--dns-search", "a b", "--", "true"],
            ["run", "--network", "a", "--sysctl", "kernel.hostname=x", "--", "true"],
            ["run", "--network", "a:mac=02:00:00:00:00:01", "--mac-address", "02:00:00:00:00:02", "--", "true"],
            ["connect", "a"], ["connect", "a", "b", "--ip", "x"], ["connect", "a", "b", "--interface", "a/b"],
            ["disconnect", "a"], ["stop"], ["stop", "a", "--time", "-1"], ["ps", "--filter", "x"],
            ["ps", "--filter", "condition=x"], ["ps", "--filter", "name="], ["port"], ["port", "a", "x"],
        ])
    func usage(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) { try Swnet.parseAsRoot(arguments) }
        #expect(Swnet.exitCode(for: try #require(error)).rawValue == 64)
    }

    @Test("errors say what to do", arguments: zip(PlanErrorSamples.all, PlanErrorSamples.texts))
    func planErrors(error: PlanError, text: String) {
        #expect("\(error)" == text)
    }
}
