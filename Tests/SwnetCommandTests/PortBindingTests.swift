// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import SwnetState
internal import Testing
internal import swnet

@Suite struct PortBindingTests {
    private static func port(_ host: Int, _ container: Int, _ address: String? = nil) throws -> PublishedPort {
        PublishedPort(
            hostAddress: address.flatMap { IPAddress($0) }, hostPort: try #require(Port(host)),
            containerPort: try #require(Port(container)))
    }

    @Test("every address of the families that the container has") func everywhere() throws {
        let both = ["10.0.0.2/24", "fd00::2/64"].compactMap { IPPrefix($0) }
        let published = try Self.port(8080, 80)
        let texts = PortBinding.all(of: published, both).map(\.description)
        #expect(texts == ["80/tcp -> 0.0.0.0:8080", "80/tcp -> [::]:8080"])
        #expect(PortBinding.all(of: published, [both[0]]).map(\.place) == ["0.0.0.0:8080"])
        #expect(PortBinding.all(of: try Self.port(1, 2, "::1"), both).map(\.place) == ["[::1]:1"])
    }

    @Test("in the order of the container's ports, then the host's") func order() throws {
        let addresses = ["10.0.0.2/24"].compactMap { IPPrefix($0) }
        let ports = try [Self.port(9000, 443), Self.port(10000, 80), Self.port(9001, 80)]
        let bindings = ports.flatMap { PortBinding.all(of: $0, addresses) }.sorted()
        #expect(bindings.map(\.place) == ["0.0.0.0:9001", "0.0.0.0:10000", "0.0.0.0:9000"])
        let json: JSON = ["containerPort": 80, "protocol": "tcp", "hostAddress": "0.0.0.0", "hostPort": 9001]
        #expect(bindings[0].json == json)
    }

    @Test(
        "ports on the command line",
        arguments: [
            ("80", "80/tcp"), ("53/udp", "53/udp"), ("80/sctp", "80/sctp"), ("", nil), ("x", nil), ("0", nil),
            ("65536", nil), ("80/xyz", nil), ("80/tcp/udp", nil),
        ] as [(String, String?)])
    func containerPort(text: String, expected: String?) { #expect(ContainerPort(text)?.description == expected) }
}
