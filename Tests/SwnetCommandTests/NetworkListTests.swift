// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct NetworkListTests {
    @Test("the list, in a pipe and in terminals", arguments: [nil, 60, 80, 120] as [Int?])
    func table(columns: Int?) throws {
        let text = try NetworkSamples.all().table.text(columns: columns)
        let name = columns.map { "ls-\($0)" } ?? "ls"
        #expect(try text == Golden.text(FilePath("cli/\(name).txt"), updatingTo: text))
        if let columns { #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }) }
    }

    @Test("the list for programs") func json() throws {
        let list = try NetworkSamples.all().map { JSON.object($0.json(endpoints: $1)) }
        let text = JSON.array(list).text(.indented) + "\n"
        #expect(try text == Golden.text(FilePath("cli/ls.json"), updatingTo: text))
    }

    @Test("a network's id is the one that Podman gives it") func id() throws {
        // podman network create podman-net; podman network inspect podman-net: of CNI networks the SHA-256 of the name.
        let network = try NetworkSummary(NetworkSamples.foreign())
        #expect(network.id == SHA256(of: "podman-net").text)
    }

    private static let everything = ["backend", "bridge", "host", "mynet", "none", "podman-net"]

    @Test(
        "filters",
        arguments: [
            ([], everything),
            (["name=net"], ["mynet", "podman-net"]), (["name=net", "name=host"], ["host", "mynet", "podman-net"]),
            (["driver=bridge"], ["backend", "bridge", "mynet"]), (["driver=null"], ["none"]),
            (["origin=swnet"], ["backend", "mynet"]), (["origin=other"], ["podman-net"]),
            (["type=custom"], ["backend", "mynet", "podman-net"]), (["type=builtin"], ["bridge", "host", "none"]),
            (["label=tier"], ["mynet", "podman-net"]), (["label=tier=web", "label=empty="], ["mynet"]),
            (["label=tier=back"], []), (["label!=tier"], ["backend", "bridge", "host", "none"]),
            (["internal=true"], ["backend", "none"]), (["internal=0"], ["bridge", "host", "mynet", "podman-net"]),
            (["dangling=true"], ["backend", "podman-net"]), (["dangling=1", "origin=swnet"], ["backend"]),
            (["dangling=false"], ["bridge", "host", "mynet", "none"]),
            (["until=1763500000"], ["backend"]), (["until=1h"], ["backend", "mynet"]), (["scope=local"], everything),
        ])
    func filters(criteria: [String], names: [String]) throws {
        let selection = try Self.selection(criteria)
        let chosen = try NetworkSamples.all().filter { selection.contains($0, endpoints: $1) }
        #expect(chosen.map(\.0.name.text) == names)
    }

    @Test("a part of the id chooses a network") func partOfID() throws {
        let network = try NetworkSummary(NetworkSamples.mynet())
        let selection = try Self.selection(["id=\(network.id.prefix(12))"])
        #expect(selection.contains(network, endpoints: 0))
        #expect(try !selection.contains(NetworkSummary(NetworkSamples.foreign()), endpoints: 0))
    }

    private static func selection(_ criteria: [String]) throws -> NetworkSelection {
        try NetworkSelection(
            criteria.map { try #require(NetworkSelection.Criterion($0)) }, now: Timestamp(seconds: 1_800_000_000))
    }

    @Test(
        "filters that nobody understands",
        arguments: [
            ("lable=x", "unknown filter lable; did you mean label?"),
            (
                "zzzzzzzz=x",
                "unknown filter zzzzzzzz; there are name, id, driver, origin, type, scope, label, label!, internal, "
                    + "dangling, until"
            ),
            ("dangling=maybe", "filter dangling=maybe is none of true, false, 1, 0"),
            ("type=x", "filter type=x is none of custom, builtin"),
            (
                "until=x",
                "filter until=x is no time; write 24h, 2026-11-20, 2026-11-20T08:30:00Z or seconds since 1970"
            ),
        ])
    func refusal(criterion: String, sentence: String) throws {
        let error = #expect(throws: NetworkSelection.Refusal.self) { try Self.selection([criterion]) }
        #expect(error?.description == sentence)
    }
}
