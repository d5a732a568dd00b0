// SPDX-License-Identifier: Apache-2.0
import Glibc
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Names of nobody here, asked at real servers on the LAN.
@Suite(.networkNamespace) struct NameForwardingTests {
    private static let server = TestHost.neighbourAddresses[0]

    /// A scene whose resolver asks at `servers`, and a container on a network of it.
    private func scene(asking servers: [String]) throws -> (NameScene, BackgroundProgram, RuntimeAttachment) {
        let scene = try NameScene()
        try scene.host.neighbour.ip("address add 192.0.2.3/24 dev uplink")
        try scene.writeResolvConf(servers)
        let resolver = try scene.startResolver()
        return (scene, resolver, try scene.network().attach("asker", arguments: "K8S_POD_NAME=asker"))
    }

    @Test("a name is asked once while its answer lasts, and again after", arguments: ["192.0.2.2", "2001:db8::2"])
    func cache(address: String) throws {
        let (scene, resolver, asker) = try scene(asking: [address])
        let upstream = try UpstreamServer(
            scene, in: scene.host.neighbour, at: try #require(IPAddress(address)),
            ["--host-record=www.test,203.0.113.7,2", "--local=/none.test/"])
        for _ in 0..<3 { #expect(try scene.ask(asker, "www.test").data == ["203.0.113.7"]) }
        for _ in 0..<3 { #expect(try scene.ask(asker, "none.test", "A", "+tcp").status == "NXDOMAIN") }
        #expect(try upstream.count(of: "www.test") == 1)
        sleep(3)
        #expect(try scene.ask(asker, "www.test").data == ["203.0.113.7"])
        #expect(try upstream.count(of: "www.test") == 2)
        extendLifetime(resolver)
    }

    @Test("an answer that takes no datagram comes over TCP, and whole to who can take it") func large() throws {
        let (scene, resolver, asker) = try scene(asking: ["192.0.2.2"])
        let texts = (0..<10).map { #"--txt-record=big.test,\#($0)\#(String(repeating: "x", count: 200))"# }
        let upstream = try UpstreamServer(scene, in: scene.host.neighbour, at: Self.server, texts)
        #expect(try scene.ask(asker, "big.test", "TXT", "+bufsize=4096 +ignore").data.count == 10)
        #expect(try scene.ask(asker, "big.test", "TXT", "+tcp").data.count == 10)
        // Who can take 512 octets is told to come back over TCP.
        let cut = try scene.ask(asker, "big.test", "TXT", "+noedns +ignore")
        #expect(cut.flags.contains("tc") && cut.data.count < 10)
        #expect(try scene.ask(asker, "big.test", "TXT", "+noedns").data.count == 10)
        extendLifetime((resolver, upstream))
    }

    @Test("a silent server costs a moment once, and nothing afterwards") func silentServer() throws {
        let (scene, resolver, asker) = try scene(asking: ["192.0.2.3", "192.0.2.2"])
        let silent = try UpstreamServer(
            scene, in: scene.host.neighbour, at: try #require(IPAddress("192.0.2.3")), ["--address=/test/203.0.113.3"])
        let live = try UpstreamServer(
            scene, in: scene.host.neighbour, at: Self.server, ["--address=/test/203.0.113.2"])
        #expect(try scene.ask(asker, "zero.test").data == ["203.0.113.3"])
        silent.stop()
        #expect(try scene.ask(asker, "one.test", "A", "+time=3").data == ["203.0.113.2"])
        #expect(try scene.ask(asker, "two.test", "A", "+time=3").data == ["203.0.113.2"])
        live.stop()
        #expect(try scene.ask(asker, "three.test", "A", "+time=6").status == "SERVFAIL")
        silent.resume()
        live.resume()
        // It takes its time to read what it missed.
        #expect(try NameScene.wait { try silent.questions().isSuperset(of: ["zero.test", "one.test", "three.test"]) })
        #expect(try !silent.questions().contains("two.test"))
        extendLifetime(resolver)
    }

    @Test("other servers in resolv.conf count at once") func changedServers() throws {
        let (scene, resolver, asker) = try scene(asking: ["192.0.2.3"])
        let first = try UpstreamServer(
            scene, in: scene.host.neighbour, at: try #require(IPAddress("192.0.2.3")), ["--address=/test/203.0.113.3"])
        let second = try UpstreamServer(
            scene, in: scene.host.neighbour, at: Self.server, ["--address=/test/203.0.113.2"])
        #expect(try scene.ask(asker, "www.test").data == ["203.0.113.3"])
        try scene.writeResolvConf(["192.0.2.2"])
        #expect(try scene.ask(asker, "www.test").data == ["203.0.113.2"])
        try scene.writeResolvConf([])
        #expect(try scene.ask(asker, "other.test").status == "SERVFAIL")
        extendLifetime((resolver, first, second))
    }

    @Test("answers with another id or question, and from another port, are not believed") func forgery() throws {
        let (scene, resolver, asker) = try scene(asking: ["192.0.2.2"])
        let log = scene.directory.path.appending("dig")
        let question = try BackgroundProgram(
            ["dig", "+tries=1", "+time=6", "@10.1.1.1", "www.test", "A"], in: asker.sandbox, log: log)
        #expect(try Forger.serve(in: scene.host.neighbour, at: Self.server) == 1)
        #expect(question.waitForEnd() == 0)
        #expect(Answer(String(decoding: try File.read(log), as: UTF8.self)).data == ["203.0.113.7"])
        extendLifetime(resolver)
    }
}

/// Answers a question four times: wrongly with another id, another question and from another port, then rightly.
private enum Forger {
    /// Returns how many questions came: one, or none in ten seconds.
    static func serve(in namespace: TestNamespace, at address: IPAddress) throws -> Int {
        let socket = try namespace.inside { try DatagramSocket(boundTo: address, port: 53) }
        let other = try namespace.inside { try DatagramSocket(boundTo: address, port: 5353) }
        var batch = DatagramBatch()
        var buffer = [UInt8](repeating: 0, count: DatagramBatch.largest)
        for _ in 0..<1000 {
            guard batch.receive(from: socket) > 0, let (count, sender) = batch.load(0, into: &buffer) else {
                usleep(10_000)
                continue
            }
            let query = Array(buffer[..<count])
            var wrongID = answer(query, last: 66)
            wrongID[0] ^= 1
            _ = batch.append(wrongID, to: sender)
            var wrongQuestion = answer(query, last: 66)
            wrongQuestion[13] ^= 1
            _ = batch.append(wrongQuestion, to: sender)
            batch.flush(to: socket)
            _ = batch.append(answer(query, last: 66), to: sender)
            batch.flush(to: other)
            _ = batch.append(answer(query, last: 7), to: sender)
            batch.flush(to: socket)
            return 1
        }
        return 0
    }

    /// `203.0.113.<last>` for the question, without the OPT record that ends the query.
    private static func answer(_ query: [UInt8], last: UInt8) -> [UInt8] {
        query[..<2] + [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0] + query[12..<(query.count - 11)]
            + [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, last]
    }
}
