// SPDX-License-Identifier: Apache-2.0

enum RecordCheck: Check {
    static let name = "records"
    static let expectation = "everything recorded as attached exists"
    static let sources = [HostFacts.Source.state]

    static func findings(in facts: HostFacts) -> [Finding] {
        let gone: [(EndpointFacts.Condition, String)] = [
            (.ofEarlierBoot, "was attached before this host was started again"),
            (.withoutSandbox, "is recorded as attached, and its sandbox is gone"),
        ]
        var findings = facts.networks.flatMap { network in
            gone.compactMap { condition, what -> Finding? in
                let titles = network.endpoints.filter { $0.condition == condition }.map(\.title)
                guard !titles.isEmpty else { return nil }
                return Finding(
                    .warning, network.name, "\(titles.enumeration) of \(network.name) \(what)", command: "swnet gc")
            }
        }
        if !facts.abandonedSandboxes.isEmpty {
            findings.append(
                Finding(
                    .warning,
                    "'swnet run' was killed before it could take down \(facts.abandonedSandboxes.enumeration)",
                    command: "swnet gc"))
        }
        return findings
    }
}

extension [String] {
    /// `a, b, c and 7 more`.
    var enumeration: String {
        count <= 4 ? joined(separator: ", ") : "\(prefix(3).joined(separator: ", ")) and \(count - 3) more"
    }
}
