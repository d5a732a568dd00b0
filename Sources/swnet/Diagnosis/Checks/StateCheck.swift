// SPDX-License-Identifier: Apache-2.0
internal import SwnetState
internal import SystemPackage

enum StateCheck: Check {
    static let name = "state"
    static let expectation = "configurations and records can be read"
    static let sources = [HostFacts.Source.state]

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.unreadable.map(finding)
    }

    private static func finding(_ error: StateError) -> Finding {
        switch error {
        case .corrupt(let path, let reason):
            Finding(
                .error, "the record \(path) says nothing (\(reason)), so what it was about is lost",
                command: "rm \(path)")
        case .unreadableConfiguration(let path, let reason):
            Finding(
                .error, "\(path) is no configuration of a network: \(reason)", command: "mv \(path) \(path).broken")
        case .unknownVersion(let path, let version):
            Finding(
                .error, "the record \(path) has version \(version), which only a newer swnet can read",
                command: "swnet version")
        default: Finding(.error, "\(error)", command: "swnet doctor --verbose")
        }
    }
}
