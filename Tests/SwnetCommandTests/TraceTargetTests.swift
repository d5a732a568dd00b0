// SPDX-License-Identifier: Apache-2.0
import JSON
import NetworkTypes
import Testing
import swnet

@Suite struct TraceTargetTests {
    @Test(
        "what is asked",
        arguments: [
            ("web", "web", 0, "icmp"), ("web:80", "web", 80, "tcp"), ("web:53/udp", "web", 53, "udp"),
            ("10.0.0.1", "10.0.0.1", 0, "icmp"), ("10.0.0.1:443/tcp", "10.0.0.1", 443, "tcp"),
            ("fd00::2", "fd00::2", 0, "icmp"), ("[fd00::2]", "fd00::2", 0, "icmp"),
            ("[fd00::2]:8080", "fd00::2", 8080, "tcp"), ("host/icmp", "host", 0, "icmp"),
        ])
    func parsing(text: String, place: String, port: Int, transport: String) throws {
        let target = try #require(TraceTarget(text))
        #expect(target.place == place)
        #expect(target.port == Port(port))
        #expect(target.transport.rawValue == transport)
    }

    @Test(
        "what is none",
        arguments: [
            "", ":80", "web:", "web:0", "web:x", "web:65536", "web/udp", "web:80/icmp", "web:80/x", "[fd00::2]80",
        ])
    func refusal(text: String) { #expect(TraceTarget(text) == nil) }
}

@Suite struct TraceReportTests {
    private static var report: TraceReport {
        var report = TraceReport("sandbox web (10.1.1.2) to 10.1.2.2 port 80, tcp")
        report.add(.passed, "sandbox web", "sends it by gateway 10.1.1.1, on eth0, from 10.1.1.2")
        report.add(.passed, "bridge sw-front", "10.1.1.1 is the host's own address: the host takes it")
        report.add(.dropped, "host", "forward: dropped by 'drop' in inet swnet to-strict")
        return report
    }

    @Test("for people", arguments: [80, 60]) func text(columns: Int) {
        let text = Self.report.text(columns: columns)
        let lines = text.split(separator: "\n" as Character)
        #expect(lines.dropLast().allSatisfy { $0.count <= columns })
        #expect(text.hasSuffix("dropped: host: forward: dropped by 'drop' in inet swnet to-strict\n"))
        #expect(
            text.hasPrefix("sandbox web (10.1.1.2) to 10.1.2.2 port 80, tcp\n 1  sandbox web      sends it by gateway"))
    }

    @Test("for programs") func json() {
        let object = Self.report.json.objectValue
        #expect(object?["delivered"] == false)
        #expect(object?["steps"]?.arrayValue?.count == 3)
        #expect(object?["steps"]?.arrayValue?.last?.objectValue?["kind"] == "dropped")
    }
}
