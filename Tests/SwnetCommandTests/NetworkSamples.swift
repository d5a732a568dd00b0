// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage
internal import Testing
internal import swnet

/// Networks of every origin.
enum NetworkSamples {
    static func file(_ name: String, _ configuration: String) throws -> NetworkFile {
        NetworkFile(
            path: FilePath("/etc/cni/net.d/90-\(name).conflist"), name: try #require(NetworkName(name)),
            configuration: try JSONObject(parsing: Array(configuration.utf8)))
    }

    static func mynet() throws -> NetworkFile {
        try file(
            "mynet",
            """
            {"cniVersion": "1.0.0", "name": "mynet",
             "args": {"swnet": {"created": 1763694000}, "podman_labels": {"tier": "web", "empty": ""}},
             "plugins": [{"type": "swnet", "bridge": "sw-mynet", "isolation": "published", "mtu": 1400,
               "subnets": [{"subnet": "10.89.0.0/24", "gateway": "10.89.0.1", "rangeStart": "10.89.0.128",
                            "rangeEnd": "10.89.0.254"},
                           {"subnet": "fd00:89::/64", "gateway": "fd00:89::1"}],
               "capabilities": {"portMappings": true}}]}
            """)
    }

    static func backend() throws -> NetworkFile {
        try file(
            "backend",
            """
            {"cniVersion": "1.0.0", "name": "backend", "args": {"swnet": {"created": 1763000000}},
             "plugins": [{"type": "bridge", "bridge": "sw-backend", "isGateway": false,
               "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.90.0.0/24"}]]}}, {"type": "portmap"}]}
            """)
    }

    static func foreign() throws -> NetworkFile {
        try file(
            "podman-net",
            """
            {"cniVersion": "0.4.0", "name": "podman-net", "args": {"podman_labels": {"tier": "web"}},
             "plugins": [{"type": "macvlan", "master": "eth0",
               "ipam": {"type": "host-local", "subnet": "192.168.5.0/24"}}]}
            """)
    }

    /// With the number of containers on each.
    static func all() throws -> [(NetworkSummary, Int)] {
        let builtIn = BuiltInNetwork.allCases.compactMap { NetworkSummary($0) }.map { ($0, 0) }
        let files = [(try mynet(), 2), (try backend(), 0), (try foreign(), 0)].map { (NetworkSummary($0), $1) }
        return (builtIn + files).sorted { $0.0.name < $1.0.name }
    }
}
