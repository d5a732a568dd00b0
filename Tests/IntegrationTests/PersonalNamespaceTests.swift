// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Who is not root: what they are told, and what they can do in namespaces of their own.
@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct PersonalNamespaceTests {
    private static let scene =
        SandboxCommandTests.network + #"""
            network mynet --subnet 10.89.0.0/24
            swnet run -d --network mynet --name web -p 8080:80 -- sleep 60 >/dev/null
            person() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

            """#

    @Test("what takes root says so, in one sentence")
    func told() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                person swnet run --network mynet -- true; echo $?
                person swnet run -d --network none -- true; echo $?
                person swnet exec web -- true; echo $?
                person swnet stop web; echo $?
                person swnet disconnect mynet web; echo $?
                person swnet connect mynet $$; echo $?
                """)
        try #require(lines.count == 12)
        for position in stride(from: 0, to: 12, by: 2) {
            #expect(lines[position].hasPrefix("Error: ") && lines[position].hasSuffix(": run it as root"))
            #expect(lines[position + 1] == "1")
        }
    }

    @Test("what only looks does not take root") func looking() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                person swnet ps | awk '{ print $1, $2 }'; person swnet ps --all --quiet | wc -l; person swnet port web
                """)
        #expect(lines == ["NAME NETWORK", "web mynet", "1", "80/tcp -> 0.0.0.0:8080"])
    }

    /// Runs a script as root of a user namespace of somebody who has a home and a runtime directory.
    private static func inside(_ script: String, user: String) throws -> [String] {
        try PrivateHost.lines(
            """
            mkdir -p /run/home /run/user; chown \(user):\(user) /run/home /run/user
            cat > /run/inside.sh <<'END'
            eventually() { for try in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "never: $*"; }
            network() { swnet create --no-dns "$@" 2>/dev/null; }
            ip link set lo up
            \(script)
            END
            setpriv --reuid \(user) --regid \(user) --clear-groups \
                env HOME=/run/home XDG_RUNTIME_DIR=/run/user unshare -Urn sh /run/inside.sh
            find /run/swnet /etc/cni /var/lib/cni -type f 2>/dev/null
            """)
    }

    @Test("a network, sandboxes on it, published ports, and the end of all", arguments: ["65534", "0"])
    func complete(user: String) throws {
        let lines = try Self.inside(
            """
            network mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64
            swnet run --network mynet --name first -- sh -c 'ls /sys/class/net; hostname; grep -c first /etc/hosts; exit 7'
            echo $?
            swnet run -d --network mynet --name web -p 8080:80 -- busybox httpd -f -p 80 -h /run/www | wc -c
            eventually busybox wget -q -O /dev/null http://127.0.0.1:8080/
            for address in 127.0.0.1:8080 10.89.0.3 [fd00:89::3]; do timeout 3 busybox wget -q -O - http://$address/; done
            swnet run --network mynet -- timeout 3 busybox wget -q -O - http://10.89.0.3/
            swnet ps | awk '{ print $1, $2, $4, $5 }'; swnet ls | grep -c mynet; swnet exec web -- hostname
            swnet rm mynet; echo $?
            swnet stop web; swnet rm mynet
            ip -br link | grep -v ^lo; swnet ps --all | wc -l
            """, user: user)
        #expect(
            lines == [
                "mynet", "eth0", "lo", "first", "2", "7", "65", "hello", "hello", "hello", "hello",
                "NAME NETWORK ADDRESSES PORTS", "web mynet 10.89.0.3 fd00:89::3", "1", "web",
                "Error: network mynet is used by web: stop them, or detach them with --force", "1", "web", "mynet", "1",
            ])
    }

    @Test("connecting, and cleaning up after a supervisor that was killed") func killed() throws {
        let lines = try Self.inside(
            """
            network one --subnet 10.1.0.0/24; network two --subnet 10.2.0.0/24
            swnet run --network one --name web -- sleep 64 & supervisor=$!
            eventually swnet exec web -- true
            swnet connect two web; swnet exec web -- ls /sys/class/net
            kill -9 $supervisor; wait $supervisor 2>/dev/null; eventually sh -c '! pgrep -xf "sleep 64"'
            swnet ps --all | grep -c gone
            swnet run --network none -- true
            swnet ps --all | wc -l; find /run/user -path '*endpoints*' -name '*.json'; ip -br link show type veth
            """, user: "65534")
        #expect(lines == ["one", "two", "eth0", "eth1", "lo", "2", "1"])
    }

    @Test("two hosts of one person share networks, and no state") func apart() throws {
        let lines = try Self.inside(
            """
            network mynet --subnet 10.89.0.0/24
            swnet run -d --network mynet --name web -- sleep 60 > /dev/null
            unshare -n sh -c 'swnet ls | grep -c mynet; swnet ps | wc -l; swnet run --network mynet --name web -- hostname'
            swnet ps | wc -l; swnet stop web
            """, user: "65534")
        #expect(lines == ["mynet", "1", "1", "web", "2", "web"])
    }
}
