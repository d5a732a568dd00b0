// SPDX-License-Identifier: Apache-2.0
import DNSWire
import TestSupport
import Testing

@Suite struct DomainNameTests {
    @Test(
        "text reads and writes as in zone files",
        arguments: [
            (".", "."), ("a", "a."), ("Web.Example.", "Web.Example."), ("a\\.b.c", "a\\.b.c."), ("\\097", "a."),
            ("a b", "a\\032b."), ("\\\\", "\\\\."), ("\\000\\255", "\\000\\255."), ("_dns._udp", "_dns._udp."),
            ("ü", "\\195\\188."),
        ])
    func text(text: String, description: String) throws {
        let name = try #require(DomainName(text))
        #expect(name.description == description)
        #expect(DomainName(description)?.isSpelled(like: name) == true)
    }

    @Test("text that is no name", arguments: ["", "..", "a..b", ".a", "\\", "a\\2", "\\256", "\\25x"])
    func noName(text: String) { #expect(DomainName(text) == nil) }

    @Test("labels have at most 63 octets, names 255")
    func lengths() {
        let label = String(repeating: "x", count: 63)
        #expect(DomainName(label) != nil)
        #expect(DomainName(label + "x") == nil)
        let longest = "\(label).\(label).\(label).\(label.dropLast(2))"
        #expect(DomainName(longest)?.wire.count == 255)
        #expect(DomainName(longest + "x") == nil)
        #expect(DomainName(labels: [[UInt8]]())?.isRoot == true)
        #expect(DomainName(labels: [[], [1]] as [[UInt8]]) == nil)
    }

    @Test(
        "ASCII case does not matter, everything else does",
        arguments: [
            ("web", "WEB", true), ("a.B", "A.b", true), ("a.b", "a\\.b", false), ("@", "`", false), ("[", "{", false),
            ("ä", "Ä", false), ("a", "b", false), ("a", "a.b", false),
        ])
    func comparison(left: String, right: String, isSame: Bool) throws {
        let (left, right) = (try #require(DomainName(left)), try #require(DomainName(right)))
        #expect((left == right) == isSame)
        if isSame { #expect(left.hashValue == right.hashValue && !left.isSpelled(like: right)) }
    }

    @Test(
        "a domain holds itself and what is below it, label by label",
        arguments: [
            ("web.front", "front", "web."), ("WEB.Front", "fRONT", "WEB."), ("front", "front", "."),
            ("a.b.front", "front", "a.b."), ("a", ".", "a."), ("web.front", "ront", nil), ("web.front", "x.front", nil),
            ("front", "web.front", nil), ("x\\005front", "front", nil),
        ] as [(String, String, String?)])
    func relative(name: String, domain: String, rest: String?) throws {
        let (name, domain) = (try #require(DomainName(name)), try #require(DomainName(domain)))
        #expect(name.relative(to: domain)?.description == rest)
        #expect(name.isInside(domain) == (rest != nil))
        if let relative = name.relative(to: domain) { #expect(relative.inside(domain) == name) }
    }

    @Test("parents end at the root")
    func parents() throws {
        let name = try #require(DomainName("a.b"))
        #expect(name.parent?.description == "b.")
        #expect(name.parent?.parent == .root)
        #expect(DomainName.root.parent == nil)
        #expect(name.labels.map(Array.init) == [[0x61], [0x62]])
    }

    @Test("two names that are too long together do not join")
    func tooLongTogether() throws {
        let half = try #require(DomainName(String(repeating: "abcdefg.", count: 17)))
        #expect(half.inside(half) == nil)
        #expect(half.inside(.root) == half)
    }

    @Test("names of every length hash alike in either case", arguments: 1...30)
    func hashing(length: Int) throws {
        let name = try #require(DomainName(String(repeating: "q", count: length)))
        let same = try #require(DomainName(String(repeating: "Q", count: length)))
        #expect(name.hashValue == same.hashValue)
        #expect(Set([name, same]).count == 1)
    }

    @Test("types and classes are written with their mnemonics, others by number")
    func mnemonics() throws {
        let types: [RecordType] = [
            .a, .ns, .cname, .soa, .ptr, .mx, .txt, .aaaa, .srv, .opt, .https, .ixfr, .axfr, .any,
        ]
        #expect(
            types.map(\.description).joined(separator: " ")
                == "A NS CNAME SOA PTR MX TXT AAAA SRV OPT HTTPS IXFR AXFR ANY")
        #expect(RecordType(rawValue: 300).description == "TYPE300")
        let classes = [RecordClass.internet, .chaos, .none, .any, RecordClass(rawValue: 7)]
        #expect(classes.map(\.description) == ["IN", "CH", "NONE", "ANY", "CLASS7"])
        #expect(Question(try #require(DomainName("web")), .aaaa).description == "web. IN AAAA")
    }
}
