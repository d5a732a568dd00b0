// SPDX-License-Identifier: Apache-2.0

extension StateLayout {
    /// The environment variables that override ``leaseDirectory`` and ``configurationDirectory``; read by the admin
    /// program only.
    package static let leaseDirectoryVariable = "SWNET_LEASE_DIR"
    package static let configurationDirectoryVariable = "SWNET_CONFIG_DIR"

    /// The variables that lead to directories of a person's own, for who is root of a namespace only.
    ///
    /// State is of one host, and a network namespace of one's own is a host: two of them must not share it. Networks are
    /// shared, like configuration that is copied from host to host.
    ///
    /// - Parameters:
    ///   - environment: By name. What it has is left as it is.
    ///   - host: The number of the network namespace.
    /// - Returns: What is to be added to the environment; nothing when no directory of one's own is known.
    package static func personalVariables(
        environment: [String: String], host: UInt64
    ) -> [(name: String, value: String)] {
        func directory(_ variable: String, below home: String) -> String? {
            if let named = environment[variable], named.hasPrefix("/") { return named }
            return environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/\(home)" : nil }
        }
        guard let state = directory("XDG_RUNTIME_DIR", below: ".local/state"),
            let configuration = directory("XDG_CONFIG_HOME", below: ".config")
        else { return [] }
        let run = environment[runDirectoryVariable] ?? "\(state)/swnet/\(host)"
        return [
            (runDirectoryVariable, run), (leaseDirectoryVariable, "\(run)/leases"),
            (configurationDirectoryVariable, "\(configuration)/cni/net.d"),
        ].filter { environment[$0.0] == nil }
    }
}
