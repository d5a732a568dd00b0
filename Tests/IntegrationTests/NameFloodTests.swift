// SPDX-License-Identifier: Apache-2.0
import CNI
import Glibc
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// What a hostile container, or a hostile neighbour, sends.
@Suite(.networkNamespace) struct NameFloodTests {
    /// Kilobytes, far above what it takes with everything that limits allow, in a debug build too.
    private static let mostMemory = 48 << 10

    private struct Place {
        let scene: NameScene
        let gateway: IPAddress
        let attacker: RuntimeAttachment
        let asker: RuntimeAttachment
        let web: RuntimeAttachment

        init() throws {
            scene = try NameScene()
            let network = try scene.network()
            attacker = try network.attach("attacker")
            asker = try network.attach("asker")
            web = try network.attach("web", arguments: "K8S_POD_NAME=web")
            gateway = try #require(attacker.result.addresses.first?.gateway)
        }

        func expectService(sourceLocation: SourceLocation = #_sourceLocation) throws {
            for option in ["+notcp", "+tcp"] {
                #expect(
                    try scene.ask(asker, "web", "A", option).data == ["\(web.addresses[0])"],
                    sourceLocation: sourceLocation)
            }
        }

        func expectBoundedMemory() throws {
            let process = try #require(try scene.resolverID)
            let status = String(decoding: try File.read(FilePath("/proc/\(process)/status")), as: UTF8.self)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            let resident = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
            #expect(resident < NameFloodTests.mostMemory)
        }
    }

    /// Sends what `datagram` makes, as fast as it can.
    private func flood(
        _ namespace: TestNamespace, _ gateway: IPAddress, _ count: Int, between: () throws -> Void,
        _ datagram: (Int) -> [UInt8]
    ) throws {
        let socket = try namespace.inside { try DatagramSocket(connectedTo: gateway, interface: nil, port: 53) }
        for number in 0..<count {
            // A full queue, or a refusal that came back, is as good as sent.
            do throws(SystemError) { try socket.send(datagram(number)) } catch {}
            if number % 5000 == 4999 { try between() }
        }
    }

    @Test("a flood of octets that mean nothing") func nonsense() throws {
        let place = try Place()
        var random = SeededGenerator(seed: 53)
        try flood(place.attacker.sandbox, place.gateway, 20_000, between: { try place.expectService() }) { _ in
            (0..<Int.random(in: 0...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        try place.expectService()
        try place.expectBoundedMemory()
    }

    @Test("a flood of questions about names outside, from one container") func outside() throws {
        let place = try Place()
        try flood(place.attacker.sandbox, place.gateway, 20_000, between: { try place.expectService() }) { number in
            Self.question("x\(number)")
        }
        try place.expectService()
        try place.expectBoundedMemory()
    }

    @Test("a flood of questions from outside the network") func strangers() throws {
        let place = try Place()
        try place.scene.host.neighbour.ip("route add 10.1.1.0/24 via 192.0.2.1")
        try flood(place.scene.host.neighbour, place.gateway, 20_000, between: { try place.expectService() }) { number in
            Self.question("x\(number)")
        }
        try place.expectService()
        try place.expectBoundedMemory()
    }

    @Test("10,000 connections that say half a word and then nothing") func halfOpen() throws {
        let place = try Place()
        for _ in 0..<50 {
            var connections: [Connection] = []
            for _ in 0..<200 { connections.append(try Connection(place.attacker.sandbox, place.gateway)) }
            for connection in connections { connection.sayHalfAWord() }
            try place.expectService()
        }
        try place.expectBoundedMemory()
    }

    /// A question of type A about one label below `example`.
    private static func question(_ label: String) -> [UInt8] {
        [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, UInt8(label.utf8.count)] + Array(label.utf8) + [7]
            + Array("example".utf8) + [0, 0, 1, 0, 1]
    }
}

/// A TCP connection of a client that takes its time.
private final class Connection {
    private let stream: LinuxSystem.Stream

    init(_ namespace: TestNamespace, _ address: IPAddress) throws {
        stream = try namespace.inside { try Stream(connectingTo: address, interface: nil, port: 53) }
    }

    /// The first octet of a message's length, if the connection is there already.
    func sayHalfAWord() { _ = stream.send([0]) }
}
