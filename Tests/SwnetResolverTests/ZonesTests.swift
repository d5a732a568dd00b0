// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import SwnetState
import Testing

@Suite struct ZonesTests {
    @Test("an endpoint that is gone is gone from every answer; another holder stays")
    func removal() throws {
        var scene = try Scene()
        let back = try #require(NetworkName("back"))
        let db = try record(2, on: "back", name: "db", aliases: ["store"], "10.89.1.3/24")
        let (first, second) = (
            scene.resolver.zones.remove(db.attachment, on: back), scene.resolver.zones.remove(db.attachment, on: back)
        )
        #expect(first && !second)
        #expect(try scene.answer("db.back.swnet.internal").responseCode == .nameError)
        #expect(try scene.answer("store").addresses == ["10.89.1.4"])
        #expect(try scene.answer("3.1.89.10.in-addr.arpa", .ptr).responseCode == .nameError)
        #expect(try scene.answer("web", from: "10.89.1.3").responseCode == .refused)
    }

    @Test("a changed record takes the place of the old one")
    func replacement() throws {
        var scene = try Scene()
        scene.resolver.zones.add(try record(2, on: "back", name: "sql", "10.89.1.9/24"))
        #expect(try scene.answer("db.back.swnet.internal").responseCode == .nameError)
        #expect(try scene.answer("sql").addresses == ["10.89.1.9"])
        #expect(try scene.answer("web", from: "10.89.1.9", on: "back").addresses == ["10.89.1.2"])
    }

    @Test("an address that a new container got before the old one left stays the new one's")
    func takenOver() throws {
        var scene = try Scene()
        let old = try record(2, on: "back", name: "db", aliases: ["store"], "10.89.1.3/24")
        scene.resolver.zones.add(try record(8, on: "back", name: "fresh", "10.89.1.3/24"))
        scene.resolver.zones.remove(old.attachment, on: old.network)
        let answer = try scene.answer("3.1.89.10.in-addr.arpa", .ptr)
        #expect(answer.answers.map(\.data) == [.ptr(try domain("fresh.back.swnet.internal"))])
    }

    @Test("what the directory holds is what is served after a listing of it")
    func listing() throws {
        var scene = try Scene()
        let back = try #require(NetworkName("back"))
        scene.resolver.zones.replaceEndpoints(
            of: back,
            with: [
                try record(3, on: "back", name: "db2", aliases: ["store"], "10.89.1.4/24"),
                try record(7, on: "back", name: "new", "10.89.1.7/24"),
            ])
        #expect(try scene.answer("web").addresses == ["10.89.0.2"])
        #expect(try scene.answer("new", from: "10.89.1.4", on: "back").addresses == ["10.89.1.7"])
        #expect(try scene.answer("new.back", from: "10.89.1.3", on: "back").responseCode == .refused)
        scene.resolver.zones.remove(back)
        #expect(try scene.answer("new", from: "10.89.1.4", on: "back").responseCode == .refused)
        #expect(scene.resolver.zones.networks.map(\.text) == ["dark", "front"])
        #expect(scene.resolver.zones.isEmpty(back) && scene.resolver.zones.settings(of: back) == nil)
    }

    @Test("a network that nobody configured has the default settings")
    func unknownNetwork() throws {
        var scene = try Scene()
        scene.resolver.zones.add(try record(1, on: "side", name: "web", "10.89.7.2/24", interface: "eth2"))
        #expect(try scene.answer("web.side.swnet.internal").addresses == ["10.89.7.2"])
    }

    @Test("a container with two interfaces on a network keeps its view when one goes")
    func twoInterfaces() throws {
        var scene = try Scene()
        let second = try record(2, on: "back", name: "db", aliases: ["store"], "10.89.1.33/24", interface: "eth1")
        scene.resolver.zones.add(second)
        #expect(try Set(scene.answer("db").addresses) == ["10.89.1.3", "10.89.1.33"])
        scene.resolver.zones.remove(second.attachment, on: second.network)
        #expect(try scene.answer("web", from: "10.89.1.3", on: "back").addresses == ["10.89.1.2"])
    }

    @Test(
        "text that is no name is left out, and harms nobody",
        arguments: ["", " ", "a b", "a\nb", "..", "a..b", String(repeating: "x", count: 64), "\u{7f}"])
    func invalidNames(name: String) throws {
        var scene = try Scene()
        scene.resolver.zones.add(try record(6, on: "front", name: name, aliases: [name, "fine"], "10.89.0.6/24"))
        #expect(try scene.answer("fine").addresses == ["10.89.0.6"])
        #expect(try scene.answer("000000000006").addresses == ["10.89.0.6"])
    }

    @Test("a network whose name is too long for a label is served below the base domain")
    func longNetworkName() throws {
        var scene = try Scene()
        let long = String(repeating: "n", count: 100)
        scene.resolver.zones.add(try record(6, on: long, name: "far", "10.90.0.6/24"))
        #expect(try scene.answer("far.swnet.internal", from: "10.90.0.6").addresses == ["10.90.0.6"])
        #expect(try scene.answer("far", from: "10.90.0.6").addresses == ["10.90.0.6"])
    }

    @Test("ten thousand names: one more and one less leave the others alone")
    func many() throws {
        var scene = try Scene()
        for number in 0..<10_000 {
            scene.resolver.zones.add(
                try record(number + 100, on: "big", name: "c\(number)", "10.100.\(number / 250).\(number % 250 + 2)/16")
            )
        }
        #expect(try scene.answer("c9999", from: "10.100.0.2", on: "big").addresses == ["10.100.39.251"])
        let one = try record(5100, on: "big", name: "c5000", "10.100.20.2/16")
        scene.resolver.zones.remove(one.attachment, on: one.network)
        #expect(try scene.answer("c5000.big.swnet.internal", from: "10.100.0.2").responseCode == .nameError)
        #expect(try scene.answer("c5001", from: "10.100.0.2").addresses == ["10.100.20.3"])
    }
}
