// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NFTables
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct DiagnosisTests {
    @Test("nothing is found where nothing is wrong") func healthy() throws {
        let diagnosis = Diagnosis(try FactSamples().healthy())
        #expect(diagnosis.findings.map(\.finding.sentence) == [])
        #expect(diagnosis.isHealthy && diagnosis.outcomes.allSatisfy { $0.status == "ok" })
        #expect(diagnosis.text(columns: nil) == "19 checks made: nothing found.\n")
    }

    @Test("each thing that can be wrong is found, alone, with what puts it right", arguments: Breakage.all)
    func found(breakage: Breakage) throws {
        let samples = try FactSamples()
        var facts = try samples.healthy()
        try breakage.apply(&facts, samples)
        let findings = Diagnosis(facts).findings
        #expect(findings.map(\.check) == [breakage.testDescription])
        let finding = try #require(findings.first?.finding)
        #expect(finding.severity == breakage.severity)
        #expect(finding.sentence.contains(breakage.sentence), "\(finding.sentence)")
        #expect(finding.command == breakage.command)
        #expect(Diagnosis(facts).isHealthy == (breakage.severity == .note))
    }

    @Test("every check can find something") func complete() {
        #expect(Set(Breakage.all.map(\.testDescription)) == Set(Diagnosis.checks.map { $0.name }))
        #expect(Set(Diagnosis.checks.map { $0.name }).count == Diagnosis.checks.count)
    }

    /// Several things at once, of each severity.
    private static func broken() throws -> HostFacts {
        let samples = try FactSamples()
        var facts = try samples.healthy()
        for breakage in Breakage.all {
            let isWanted = ["forwarding", "leases", "ports"].contains(breakage.testDescription)
            if isWanted, !breakage.command.contains("accept_ra") { try breakage.apply(&facts, samples) }
        }
        facts.legacyTables = [.ipv4: ["filter"]]
        facts.obstacles[.features] = "unshare the network namespace: Operation not permitted"
        facts.forbidden = [.features]
        return facts
    }

    @Test("the report for people", arguments: [80, 120, nil], [false, true])
    func text(columns: Int?, isVerbose: Bool) throws {
        let text = Diagnosis(try Self.broken()).text(columns: columns, isVerbose: isVerbose)
        let name = "doctor-\(columns.map { "\($0)" } ?? "file")\(isVerbose ? "-verbose" : "").txt"
        #expect(try text == Golden.text(FilePath("cli/\(name)"), updatingTo: text))
        for line in text.split(separator: "\n") where !line.hasPrefix("    ") {
            #expect(line.count <= columns ?? .max)
        }
    }

    @Test("the report for programs") func json() throws {
        let text = Diagnosis(try Self.broken()).json.text(.indented) + "\n"
        #expect(try text == Golden.text("cli/doctor.json", updatingTo: text))
    }

    @Test(
        "the service that a process belongs to",
        arguments: [
            ("0::/system.slice/dnsmasq.service\n", "dnsmasq.service"),
            ("0::/user.slice/user-0.slice/session-1.scope\n", nil), ("", nil),
            ("1:name=systemd:/system.slice/named.service\n0::/x\n", "named.service"),
        ] as [(String, String?)])
    func service(groups: String, service: String?) {
        #expect(ListeningProcess.service(in: groups) == service)
    }
}
