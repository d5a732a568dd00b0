// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes

enum ResolverCheck: Check {
    static let name = "names"
    static let expectation = "names are answered on every network that has some"
    static let sources = [HostFacts.Source.state, .resolver]

    static func findings(in facts: HostFacts) -> [Finding] {
        let networks = facts.networks.filter(\.hasNames)
        switch facts.resolver {
        case .notNeeded: return []
        case .absent:
            let names = networks.map(\.name.text).enumeration
            return [
                Finding(
                    .error, networks.count == 1 ? networks.first?.name : nil,
                    "swnet-dns does not run, so containers of \(names) resolve nothing", command: "swnet repair")
            ]
        case .failed(let reason):
            return [Finding(.error, "swnet-dns does not answer: \(reason)", command: "swnet repair")]
        case .running(let status): return networks.compactMap { finding($0, status) }
        }
    }

    private static func finding(_ network: NetworkFacts, _ status: JSONObject) -> Finding? {
        let served = (status["networks"]?.arrayValue ?? []).compactMap(\.objectValue)
        let own = served.first { $0["network"]?.stringValue == network.name.text }
        guard let own else {
            return Finding(
                .error, network.name, "swnet-dns does not know \(network.name), so its containers resolve nothing",
                command: "swnet repair")
        }
        guard let reason = own["error"]?.stringValue else { return nil }
        return Finding(
            .error, network.name, "swnet-dns cannot answer on \(network.name): \(reason)", command: "swnet repair")
    }
}
