// SPDX-License-Identifier: Apache-2.0
import JSON
import NetworkTypes
import SystemPackage
import TestSupport
import Testing
import swnet

@Suite struct EndpointStatisticsTests {
    typealias Traffic = EndpointStatistics.Traffic
    typealias Counters = EndpointStatistics.Counters

    private static func samples() throws -> [EndpointStatistics] {
        let network = try #require(NetworkName("mynet"))
        var web = EndpointStatistics(name: "web", container: "aaaa", interface: "eth0", network: network)
        web.counters = Counters(
            received: Traffic(bytes: 1_234_567_890, packets: 1_000_000, drops: 3),
            sent: Traffic(bytes: 5_432, packets: 42, drops: 0))
        web.connections = 12
        web.earlier = (
            Counters(
                received: Traffic(bytes: 1_233_567_890, packets: 0, drops: 0),
                sent: Traffic(bytes: 5_432, packets: 42, drops: 0)), 2000
        )
        let gone = EndpointStatistics(name: "bbbbbbbbbbbb", container: "bbbb", interface: "eth0", network: network)
        return [web, gone]
    }

    @Test("the list", arguments: [false, true]) func table(hasRates: Bool) throws {
        let text = try Self.samples().table(hasRates: hasRates).text
        let path = FilePath("cli/stats\(hasRates ? "-watch" : "").txt")
        #expect(try text == Golden.text(path, updatingTo: text))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("the list without titles has columns as wide") func header() throws {
        let table = try Self.samples().table(hasRates: false)
        #expect(table.text.hasSuffix(table.text(hasHeader: false)))
        #expect(table.text(hasHeader: false).split(separator: "\n").count == 2)
    }

    @Test("as JSON") func json() throws {
        let text = JSON.array(try Self.samples().map(\.json)).text(.indented) + "\n"
        #expect(try text == Golden.text("cli/stats.json", updatingTo: text))
    }

    @Test("a counter that went back has no rate") func restarted() throws {
        var one = try Self.samples()[0]
        one.counters = Counters(
            received: Traffic(bytes: 10, packets: 1, drops: 0), sent: Traffic(bytes: 6_432, packets: 1, drops: 0))
        #expect(one.rates?.received == 0)
        #expect(one.rates?.sent == 500)
    }

    @Test(
        "amounts of data",
        arguments: [
            (0, "0B"), (999, "999B"), (1000, "1.0kB"), (1999, "1.9kB"), (10_500, "10kB"), (999_999, "999kB"),
            (1_000_000, "1.0MB"), (UInt64.max, "18EB"),
        ] as [(UInt64, String)])
    func amounts(bytes: UInt64, text: String) { #expect(ByteCount(bytes).description == text) }

    @Test("seconds on the command line", arguments: [("2", 2000), ("0.5", 500), ("0.1", 100)])
    func seconds(text: String, milliseconds: Int) { #expect(Seconds(text)?.milliseconds == milliseconds) }

    @Test("what are no seconds", arguments: ["", "x", "0", "-1", "nan", "inf", "100000"])
    func noSeconds(text: String) { #expect(Seconds(text) == nil) }
}
