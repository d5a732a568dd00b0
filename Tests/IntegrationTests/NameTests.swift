// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import TestSupport
import Testing

@Suite(.networkNamespace) struct NameTests {
    @Test("every name of a container is answered in every form, case and family, over both transports")
    func names() throws {
        let scene = try NameScene()
        let network = try scene.network()
        let asker = try network.attach("asker", arguments: "K8S_POD_NAME=asker")
        let web = try network.attach(
            "0123456789abcdef0123", arguments: "K8S_POD_NAME=Web-1", capabilities: ["aliases": ["net1": ["www"]]])
        let (v4, v6) = (["\(web.addresses[0])"], ["\(web.addresses[1])"])
        for name in ["web-1", "WEB-1", "www", "0123456789ab"] {
            for form in [name, "\(name).net1", "\(name).net1.swnet.internal", "\(name).NET1.swnet.INTERNAL."] {
                for gateway in asker.result.addresses.compactMap(\.gateway) {
                    let answer = try scene.ask(asker, form, at: gateway)
                    #expect(answer.data == v4 && answer.status == "NOERROR" && answer.flags.contains("aa"), "\(form)")
                    #expect(answer.timesToLive == [5])
                    #expect(try scene.ask(asker, form, "AAAA", at: gateway, "+tcp").data == v6, "\(form)")
                }
            }
        }
        #expect(try scene.ask(asker, "-x \(v4[0])", "").data == ["Web-1.net1.swnet.internal."])
        #expect(try scene.ask(asker, "-x \(v6[0])", "").data == ["Web-1.net1.swnet.internal."])
        let gateway = try #require(asker.result.addresses.first?.gateway)
        #expect(try scene.ask(asker, "-x \(gateway)", "").data == ["gateway.net1.swnet.internal."])
    }

    @Test("what is not there is said to be not there, and nothing of it is asked outside")
    func negative() throws {
        let scene = try NameScene()
        let upstream = try UpstreamServer(
            scene, in: scene.host.neighbour, at: TestHost.neighbourAddresses[0], ["--address=/example.com/203.0.113.7"])
        let network = try scene.network(dns: #"{"upstreams": ["192.0.2.2"]}"#, members: #""isolation": "strict","#)
        let asker = try network.attach("asker", arguments: "K8S_POD_NAME=asker")
        let only4 = try scene.host.network(
            NetworkPlan(kind: .swnet, addressing: .ipv4, number: 2).with {
                $0.swnet = #""dns": {"upstreams": ["192.0.2.2"]},"#
            }
        ).attach("only4", arguments: "K8S_POD_NAME=only4")
        // The other family of a name that is there.
        let noData = try scene.ask(only4, "only4", "AAAA")
        #expect(noData.status == "NOERROR" && noData.data.isEmpty && noData.authorities == ["SOA"])
        for type in ["MX", "TXT", "SRV", "HTTPS", "CAA", "NS"] {
            let answer = try scene.ask(asker, "asker.net1.swnet.internal", type)
            #expect(answer.status == "NOERROR" && answer.data.isEmpty && answer.authorities == ["SOA"], "\(type)")
        }
        for name in ["nosuch.net1.swnet.internal", "a.b.net1.swnet.internal", "nosuch.swnet.internal"] {
            let answer = try scene.ask(asker, name)
            #expect(answer.status == "NXDOMAIN" && answer.authorities == ["SOA"], "\(name)")
        }
        #expect(try scene.ask(asker, "-x 10.1.1.200", "").status == "NXDOMAIN")
        #expect(try scene.ask(asker, "www.example.com").data == ["203.0.113.7"])
        let asked = try upstream.questions().subtracting(["ready.test"])
        #expect(asked == ["www.example.com"])
    }

    @Test(
        "an alias of two containers is both, in turn; a sandbox on two networks sees both, one on neither sees nothing")
    func sharing() throws {
        let scene = try NameScene()
        let (one, two) = (try scene.network(1), try scene.network(2))
        let first = try one.attach("c1", arguments: "K8S_POD_NAME=c1", capabilities: ["aliases": ["net1": ["db"]]])
        let second = try one.attach("c2", arguments: "K8S_POD_NAME=c2", capabilities: ["aliases": ["net1": ["db"]]])
        let other = try two.attach("c3", arguments: "K8S_POD_NAME=c3", capabilities: ["aliases": ["net2": ["db"]]])
        let both = ["\(first.addresses[0])", "\(second.addresses[0])"]
        let answers = try (0..<4).map { _ in try scene.ask(first, "db").data }
        #expect(answers.allSatisfy { Set($0) == Set(both) })
        #expect(Set(answers.map(\.first)) == Set(both))
        #expect(try scene.ask(first, "c3").status != "NOERROR")
        #expect(try scene.ask(first, "c3.net2.swnet.internal").data.isEmpty)

        let bridge = try one.attach("c4")
        _ = try two.attach("c4", to: bridge.sandbox, as: "eth1")
        #expect(try Set(scene.ask(bridge, "db").data) == Set(both + ["\(other.addresses[0])"]))
        #expect(try scene.ask(bridge, "c3").data == ["\(other.addresses[0])"])

        // The host's neighbour, and a container of another network, ask at a gateway that is not theirs.
        let gateway = try #require(first.result.addresses.first?.gateway)
        try scene.host.neighbour.ip("route add 10.1.1.0/24 via 192.0.2.1")
        let stranger = try scene.ask(from: scene.host.neighbour, gateway, "c1", "A", "+time=1")
        #expect(stranger.data.isEmpty && stranger.status != "NOERROR")
    }

    @Test("an internal network has names, and asks nobody") func internalNetwork() throws {
        let scene = try NameScene()
        let upstream = try UpstreamServer(
            scene, in: scene.host.neighbour, at: TestHost.neighbourAddresses[0], ["--address=/example.com/203.0.113.7"])
        let network = try scene.network(dns: #"{"upstreams": ["192.0.2.2"]}"#, members: #""internal": true,"#)
        let asker = try network.attach("asker", arguments: "K8S_POD_NAME=asker")
        #expect(try scene.ask(asker, "asker").data == ["\(asker.addresses[0])"])
        #expect(try scene.ask(asker, "www.example.com").status == "NXDOMAIN")
        #expect(try upstream.questions() == ["ready.test"])
    }

    @Test("a name is there when ADD has returned and gone when DEL has, 200 times in a row") func prompt() throws {
        let scene = try NameScene()
        let network = try scene.network()
        let asker = try network.attach("asker")
        for number in 0..<200 {
            let container = try network.attach("c\(number)", arguments: "K8S_POD_NAME=c\(number)")
            #expect(try scene.ask(asker, "c\(number)").data == ["\(container.addresses[0])"])
            try container.detach()
            #expect(try scene.ask(asker, "c\(number).net1.swnet.internal").status == "NXDOMAIN")
        }
    }

    @Test("the result tells resolv.conf who to ask") func result() throws {
        let scene = try NameScene()
        let asker = try scene.network(dns: #"{"domain": "corp.example", "options": ["ndots:2"]}"#).attach("asker")
        #expect(asker.result.dns.nameservers == ["10.1.1.1", "fd00:1::1"])
        #expect(asker.result.dns.domain == "corp.example")
        #expect(asker.result.dns.search == ["corp.example"] && asker.result.dns.options == ["ndots:2"])
        let plain = try scene.network(2, dns: #"{"enabled": false}"#).attach("plain")
        #expect(plain.result.dns.nameservers.isEmpty)
    }
}
