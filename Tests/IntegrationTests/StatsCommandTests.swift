// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct StatsCommandTests {
    private static let scene = """
        swnet create mynet --subnet 10.89.0.0/24 >/dev/null
        for name in web db; do swnet run --network mynet --name $name -- sleep 60 & done
        for name in web db; do eventually swnet exec $name -- true; done

        """

    /// The object of one endpoint in what `swnet stats` printed.
    private func endpoint(_ name: String, _ lines: some Sequence<String>) throws -> JSONObject {
        let all = try JSON(parsing: lines.joined(separator: "\n")).arrayValue ?? []
        return try #require(all.compactMap(\.objectValue).first { $0["name"]?.stringValue == name })
    }

    @Test("counters are those of the interface in the sandbox") func counters() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                swnet exec web -- ping -q -c 3 -i 0.1 -s 1000 10.89.0.1 >/dev/null
                for end in rx tx; do for what in bytes packets; do
                    swnet exec web -- cat /sys/class/net/eth0/statistics/${end}_$what
                done; done
                swnet stats web --format json
                """)
        let web = try endpoint("web", lines[4...])
        let numbers = lines[..<4].compactMap { Int($0) }
        try #require(numbers.count == 4)
        // Neighbour discovery may add some while this runs.
        #expect(try number("received", "bytes", web) >= numbers[0])
        #expect(try number("received", "packets", web) >= numbers[1])
        #expect(try number("sent", "bytes", web) >= max(3000, numbers[2]))
        #expect(try number("sent", "packets", web) >= numbers[3])
        #expect(web["connections"] == 1)
    }

    private func number(_ direction: String, _ counter: String, _ endpoint: JSONObject) throws -> Int {
        try #require(endpoint[direction]?.objectValue?[counter]?.intValue)
    }

    @Test("connections count at both of their ends") func connections() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                sysctl -q net.bridge.bridge-nf-call-iptables=1
                address=$(swnet ps | awk '$1 == "db" { print $4 }')
                swnet exec web -- ping -q -c 1 $address >/dev/null
                swnet stats --format json
                """)
        #expect(try endpoint("web", lines)["connections"] == 1)
        #expect(try endpoint("db", lines)["connections"] == 1)
    }

    @Test("lists, watching, and names that are not there") func lists() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                swnet stats | cut -d ' ' -f 1; swnet stats --no-header db | cut -d ' ' -f 1
                swnet stats --watch=0.1 --count 3 web | cut -d ' ' -f 1
                swnet stats --watch=0.1 --count 2 --format json | wc -l
                swnet stats nosuch; echo $?
                """)
        #expect(
            lines == [
                "NAME", "db", "web", "db", "NAME", "web", "web", "web", "2",
                "Error: nothing named nosuch is attached: see 'swnet ps'", "1",
            ])
    }

    @Test("watching ends well when it is told to", arguments: ["INT", "TERM"]) func ends(signal: String) throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                swnet stats --watch=0.1 > /run/out & watcher=$!
                eventually grep -q web /run/out
                kill -\(signal) $watcher; wait $watcher; echo $?
                """)
        #expect(lines == ["0"])
    }

    @Test("without privilege, connections are not counted") func unprivileged() throws {
        let lines = try PrivateHost.lines(
            Self.scene + "setpriv --reuid 65534 --clear-groups swnet stats web 2>&1 | awk '{ print $1, $NF }'")
        #expect(lines.count == 3 && lines.last == "web -")
        #expect(lines.contains { $0.hasPrefix("Warning:") })
    }
}
