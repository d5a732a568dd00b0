// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct ResolveCommandTests {
    private static let web = """
        swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 > /dev/null
        swnet run --network mynet --name web -- sleep 60 & eventually swnet exec web -- true

        """

    @Test("a name is looked up where containers ask, and an address the other way") func found() throws {
        let lines = try PrivateHost.lines(
            Self.web + """
                swnet resolve web; swnet resolve WEB.mynet --network mynet | tail -n 1
                swnet resolve 10.89.0.2 | tail -n 1; swnet resolve fd00:89::2 | tail -n 1
                swnet resolve web --format json | tr -d ' \\n'
                """)
        #expect(
            lines == [
                "NAME  NETWORK  VALUE       TTL", "web   mynet    10.89.0.2   5s", "web   mynet    fd00:89::2  5s",
                "WEB.mynet  mynet    fd00:89::2  5s",
                "2.0.89.10.in-addr.arpa  mynet    web.mynet.swnet.internal  5s",
                "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.9.8.0.0.0.0.d.f.ip6.arpa  mynet    "
                    + "web.mynet.swnet.internal  5s",
                #"[{"network":"mynet","name":"web","value":"10.89.0.2","ttl":5},"#
                    + #"{"network":"mynet","name":"web","value":"fd00:89::2","ttl":5}]"#,
            ])
    }

    @Test(
        "what cannot be looked up is explained",
        arguments: [
            ("nosuch", "nosuch is nobody's name on any network: see 'swnet ps'"),
            ("10.9.9.9", "10.9.9.9 is nobody's address on any network: see 'swnet ps'"),
            (
                "web --network nosuch",
                "there is no network nosuch: see 'swnet ls', or make it with 'swnet create nosuch'"
            ),
            ("web --network idle", "network idle has no containers, so it has no names either: see 'swnet ps'"),
            ("a..b", "'a..b' is neither a name nor an address"),
        ])
    func refused(arguments: String, sentence: String) throws {
        let lines = try PrivateHost.lines(
            Self.web + "swnet create idle > /dev/null; swnet resolve \(arguments) 2>&1; echo $?")
        #expect(lines == ["Error: \(sentence)", "1"])
    }

    @Test("a resolver that is gone is said to be gone") func silent() throws {
        let lines = try PrivateHost.lines(
            Self.web + """
                pkill -9 -x swnet-dns; eventually sh -c '! pgrep -x swnet-dns'; swnet resolve web 2>&1; echo $?
                """)
        #expect(
            lines == [
                "Error: the resolver of network mynet does not answer at 10.89.0.1 port 53: run 'swnet repair'", "1",
            ])
    }
}
