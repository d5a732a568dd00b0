// SPDX-License-Identifier: Apache-2.0
import Glibc
import LinuxSystem
import SwnetState
import SystemPackage
import TestSupport
import Testing

extension NameScene {
    /// Has somebody else listen for the resolver, and start it when it is asked for the first time, as systemd does.
    fileprivate func superviseResolver() throws -> BackgroundProgram {
        let program = try #require(host.runner.programDirectory).appending("swnet-dns").string
        let control = layout.resolver(.control)
        let log = directory.path.appending("supervisor.log")
        try writeResolvConf([])
        try File.createDirectory(control.removingLastComponent())
        let supervisor = try BackgroundProgram(
            [
                "systemd-socket-activate", "--listen=\(control)", program, "--state-dir", layout.runDirectory.string,
                "--resolv-conf", resolvConf.string,
            ], in: host.host, log: log)
        for _ in 0..<1000 {
            if String(decoding: try File.read(log), as: UTF8.self).contains("Listening on") { return supervisor }
            usleep(10_000)
        }
        throw Command.Failure(description: "systemd-socket-activate does not listen")
    }
}

@Suite(.networkNamespace) struct SupervisedResolverTests {
    @Test("ADD has the supervisor start the resolver, the last DEL ends it, and without a supervisor ADD starts it")
    func activation() throws {
        let scene = try NameScene()
        let network = try scene.network()
        let supervisor = try scene.superviseResolver()
        let first = try network.attach("first", arguments: "K8S_POD_NAME=first")
        #expect(try scene.resolverID == supervisor.processID)
        #expect(try scene.ask(first, "first").data == ["\(first.addresses[0])"])
        try first.detach()
        #expect(supervisor.waitForEnd() == 0)

        let second = try network.attach("second", arguments: "K8S_POD_NAME=second")
        #expect(try scene.resolverID != supervisor.processID)
        #expect(try scene.ask(second, "second").data == ["\(second.addresses[0])"])
        try second.detach()
    }
}
