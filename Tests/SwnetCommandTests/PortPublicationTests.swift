// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import Testing
internal import swnet

@Suite struct PortPublicationTests {
    @Test(
        "what --publish accepts",
        arguments: [
            ("8080:80", nil, [(8080, 80)], L4Protocol.tcp),
            ("53:53/udp", nil, [(53, 53)], .udp),
            ("127.0.0.1:8080:80", "127.0.0.1", [(8080, 80)], .tcp),
            ("[::1]:8080:80/sctp", "::1", [(8080, 80)], .sctp),
            ("0.0.0.0:1:2", nil, [(1, 2)], .tcp),
            ("[::]:1:2", nil, [(1, 2)], .tcp),
            ("8000-8002:9000-9002", nil, [(8000, 9000), (8001, 9001), (8002, 9002)], .tcp),
            ("65535:1", nil, [(65535, 1)], .tcp),
        ] as [(String, String?, [(Int, Int)], L4Protocol)])
    func accepts(text: String, address: String?, pairs: [(Int, Int)], transport: L4Protocol) throws {
        let publication = try #require(PortPublication(text))
        #expect(publication.hostAddress?.description == address)
        #expect(publication.pairs.map { Int($0.host.rawValue) } == pairs.map(\.0))
        #expect(publication.pairs.map { Int($0.container.rawValue) } == pairs.map(\.1))
        #expect(publication.transport == transport)
    }

    @Test(
        "what --publish refuses",
        arguments: [
            "", "80", ":80", "80:", "0:80", "80:0", "65536:80", "8080:80/icmp", "8080:80/tcp/udp", "a:80", "80:b",
            "::1:8080:80", "[::1]8080:80", "[127.0.0.1]:1:2", "1.2.3:80:80", "8000-8002:9000-9001", "9-8:9-8",
            "1-2-3:1-2-3", "-1:80", "127.0.0.1::80",
        ])
    func refuses(text: String) {
        #expect(PortPublication(text) == nil)
    }
}
