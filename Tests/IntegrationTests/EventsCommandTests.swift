// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct EventsCommandTests {
    private static let scene = """
        swnet create mynet --subnet 10.89.0.0/24 >/dev/null; swnet create other --subnet 10.90.0.0/24 >/dev/null
        watch() { swnet events "$@" > /run/events 2>/run/errors & watcher=$!; eventually grep -q watching /run/events; }
        start() { swnet run --network $1 --name $2 -p 8080:80 -- sleep 60 & eventually swnet exec $2 -- true; }

        """

    @Test("attach and detach, as JSON") func attachments() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                watch --count 2
                swnet run --network mynet --name web -p 8080:80 -- true
                wait $watcher; echo $?; cat /run/events
                """)
        #expect(lines.count == 4 && lines[0] == "0")
        let events = try lines.dropFirst().map { try #require(try JSON(parsing: $0).objectValue) }
        #expect(events.map { $0["event"] } == ["watching", "attach", "detach"])
        #expect(events[1]["network"] == "mynet" && events[1]["name"] == "web" && events[1]["interface"] == "eth0")
        #expect(events[1]["addresses"] == ["10.89.0.2/24"])
        #expect(events[1]["ports"] == [["hostPort": 8080, "containerPort": 80, "protocol": "tcp"]])
        #expect(events[2]["id"] == events[1]["id"])
    }

    @Test("only what is about a network, as text") func filter() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                watch --network other --count 1 --format text
                swnet run --network mynet --name web -- true; swnet run --network other --name db -- true
                wait $watcher; tail -n 1 /run/events | cut -d ' ' -f 2-
                """)
        #expect(lines == ["attach other db eth0 10.90.0.2"])
    }

    @Test("nothing is drift that comes and goes in good order") func quiet() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                watch
                for i in 1 2 3 4; do swnet run --network mynet --name web$i -- sleep 0.3 & done; wait %2 %3 %4 %5
                start mynet last; sleep 1.5
                kill $watcher; wait $watcher; echo $?; grep -c -e attach -e detach /run/events; grep drift /run/events
                """)
        #expect(lines == ["0", "9"], "\(lines)")
    }

    @Test(
        "what others take away, and what repair brings back",
        arguments: [
            ("ip link delete sw-mynet", "sw-mynet"), ("nft flush ruleset", ""),
            ("ip address delete 10.89.0.1/24 dev sw-mynet", "10.89.0.1"),
            ("ip link set $(ip -br link show master sw-mynet | cut -d @ -f 1) nomaster", "veth"),
        ])
    func drift(command: String, word: String) throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                start mynet web; watch
                \(command)
                eventually grep -q drift /run/events; grep -c '"event":"restored"' /run/events
                swnet repair >/dev/null; echo $?
                eventually grep -q restored /run/events
                grep drift /run/events | head -n 1
                kill -INT $watcher; wait $watcher; echo $?
                """)
        #expect(lines.count == 4 && lines[0] == "0" && lines[1] == "0" && lines[3] == "0", "\(lines)")
        #expect(lines.count > 2 && lines[2].contains(word), "\(lines)")
    }

    @Test("it ends well when it is told to", arguments: ["INT", "TERM", "HUP"]) func ends(signal: String) throws {
        let lines = try PrivateHost.lines(
            Self.scene + "watch; kill -\(signal) $watcher; wait $watcher; echo $?; wc -l < /run/events")
        #expect(lines == ["0", "1"])
    }

    @Test("an unprivileged person is told to be root") func unprivileged() throws {
        let lines = try PrivateHost.lines(
            Self.scene + "setpriv --reuid 65534 --clear-groups swnet events 2>&1; echo $?")
        #expect(lines.count == 2 && lines[0].hasSuffix("run it as root") && lines[1] == "1", "\(lines)")
    }
}
