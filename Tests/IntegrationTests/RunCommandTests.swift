// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct RunCommandTests {
    private static let web = """
        swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 $style >/dev/null
        swnet run --network mynet --name web -p 8080:80 -- busybox httpd -f -p 80 -h /run/www & supervisor=$!
        eventually swnet exec web -- busybox wget -q -O /dev/null http://127.0.0.1/

        """

    @Test("a command sees its own network, host name and names", arguments: ["", "--chained"])
    func view(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 \(style)
            swnet run --network mynet --name web --hostname w1 -- sh -c \
                'hostname; ls /sys/class/net; ip -br address show eth0; grep w1 /etc/hosts; ip route show default'
            hostname; grep -c w1 /etc/hosts
            """)
        #expect(lines.prefix(4) == ["mynet", "w1", "eth0", "lo"])
        #expect(lines[4].contains("10.89.0.2/24 fd00:89::2/64"))
        #expect(lines[5...6] == ["10.89.0.2 w1", "fd00:89::2 w1"])
        #expect(lines[7].hasPrefix("default via 10.89.0.1 dev eth0"))
        #expect(lines[8] != "w1" && lines[9] == "0")
    }

    @Test("a web server is reached by siblings and by the host", arguments: ["", "--chained"])
    func reached(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            style=\(style)
            ip link add uplink type dummy 2>/dev/null || ip link add uplink type veth peer name lan
            ip link set uplink up; ip link set lan up; ip address add 192.0.2.1/24 dev uplink
            """ + "\n" + Self.web + """
                for address in 10.89.0.2 [fd00:89::2]; do
                    swnet run --network mynet -- timeout 3 busybox wget -q -O - http://$address/
                done
                for address in 127.0.0.1 192.0.2.1 [::1]; do timeout 3 busybox wget -q -O - http://$address:8080/; done
                """)
        #expect(lines == Array(repeating: "hello", count: 5))
    }

    @Test("the exit status is the command's", arguments: [0, 1, 7, 126])
    func exitStatus(code: Int) throws {
        let lines = try PrivateHost.lines(
            "swnet create mynet >/dev/null; status run swnet run --network mynet -- sh -c 'exit \(code)'")
        #expect(lines == ["run \(code)"])
    }

    @Test("a command that cannot be run is reported as env(1) does") func notFound() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet >/dev/null
            swnet run --network mynet -- nosuch; echo $?
            swnet run --network mynet -- /etc/passwd; echo $?
            find /run/swnet/sandboxes -type f
            """)
        #expect(
            lines == [
                "Error: run nosuch: No such file or directory", "127", "Error: run /etc/passwd: Permission denied",
                "126",
            ])
    }

    @Test("signals reach the command", arguments: [("TERM", 143), ("HUP", 129), ("USR1", 138)])
    func signals(name: String, status: Int) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet >/dev/null
            swnet run --network mynet --name s -- sleep 60 & supervisor=$!
            eventually swnet exec s -- true
            kill -\(name) $supervisor; wait $supervisor; echo $?
            swnet run --network mynet --name t -- sh -c 'trap "exit 5" \(name); sleep 60 & wait' & supervisor=$!
            eventually swnet exec t -- true; sleep 0.2
            kill -\(name) $supervisor; wait $supervisor; echo $?
            find /run/swnet/sandboxes -type f
            """)
        #expect(lines == ["\(status)", "5"])
    }

    @Test("nothing is left after the command ended", arguments: ["", "--chained"], ["true", "sh -c 'kill -9 $$'"])
    func clean(style: String, command: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --ipv6 \(style) >/dev/null
            swnet run --network mynet -- true
            snapshot > /run/before
            swnet run --network mynet --name web -p 8080:80 -- \(command) 2>/dev/null
            snapshot | diff /run/before -
            """)
        #expect(lines == [])
    }

    @Test("the next swnet cleans up after a supervisor that was killed", arguments: ["", "--chained"])
    func killedSupervisor(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --ipv6 \(style) >/dev/null
            swnet run --network mynet -- true
            snapshot > /run/before
            swnet run --network mynet --name web -p 8080:80 -- sleep 60 & supervisor=$!
            eventually swnet exec web -- true
            kill -9 $supervisor; wait $supervisor 2>/dev/null; sleep 0.1
            pgrep -x sleep | xargs -r -n 1 sh -c 'grep State /proc/$0/status' | grep -v zombie
            swnet ps --all | tail -n 1
            swnet run --network mynet --name web -p 8080:80 -- true; echo $?
            snapshot | diff /run/before -
            """)
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("web ") == true && lines.first?.hasSuffix("gone") == true)
        #expect(lines.last == "0")
    }

    @Test("what cannot be attached leaves nothing") func failedAttachment() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create one >/dev/null; swnet create two >/dev/null
            swnet run --network one -- true
            snapshot > /run/before
            sed -i 's/"type": "swnet"/"type": "nosuch"/' /etc/cni/net.d/90-two.conflist
            swnet run --network one --network two -- echo never; echo $?
            snapshot | diff /run/before -
            swnet run --network nosuch -- echo never; echo $?
            swnet run --network one --ip 10.1.2.3 -- echo never; echo $?
            """)
        #expect(lines.count == 6)
        #expect(lines[0].contains("nosuch") && lines[1] == "1")
        #expect(lines[2].contains("there is no network nosuch: see 'swnet ls'") && lines[3] == "1")
        #expect(lines[4].contains("10.1.2.3") && lines[5] == "1")
    }

    @Test("an address and a MAC address can be asked for", arguments: ["", "--chained"])
    func requested(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 \(style) >/dev/null
            swnet run --network mynet --ip 10.89.0.77 --ip fd00:89::77 --mac-address 02:00:00:00:00:07 -- \
                sh -c 'ip -br address show eth0; cat /sys/class/net/eth0/address'
            """)
        #expect(lines.first?.contains("10.89.0.77/24 fd00:89::77/64") == true)
        #expect(lines.last == "02:00:00:00:00:07")
    }

    @Test("several networks, the first leads out") func severalNetworks() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create one --subnet 10.1.0.0/24 >/dev/null; swnet create two --subnet 10.2.0.0/24 --internal >/dev/null
            swnet run --network one --network two -- sh -c 'ls /sys/class/net; ip route show default'
            """)
        #expect(lines.prefix(3) == ["eth0", "eth1", "lo"])
        #expect(lines.count == 4 && lines.last?.contains("via 10.1.0.1 dev eth0") == true)
    }

    @Test("many at once get different addresses and leave nothing") func concurrent() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet >/dev/null; swnet run --network mynet -- true; snapshot > /run/before
            for i in $(seq 16); do
                swnet run --network mynet -- sh -c 'ip -o -4 address show eth0; sleep 1' &
            done | grep -o '10.89.0.[0-9]*/24' | sort -u | wc -l
            wait; snapshot | diff /run/before -
            """)
        #expect(lines == ["16"])
    }

    @Test("plugins run with no signal blocked, and out of reach of a Ctrl-C") func pluginSignals() throws {
        let lines = try PrivateHost.lines(
            """
            mkdir -p /run/plugins /etc/cni/net.d
            cat > /run/plugins/spy <<'END'
            #!/bin/sh
            [ $CNI_COMMAND = ADD ] || exit 0
            cut -d ' ' -f 1,5 /proc/$$/stat > /run/ids; grep SigBlk /proc/self/status > /run/mask
            echo '{"cniVersion": "1.0.0"}'
            END
            chmod +x /run/plugins/spy
            echo '{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "spy"}]}' > /etc/cni/net.d/n.conflist
            CNI_PATH=/run/plugins swnet run --network n -- grep SigBlk /proc/self/status
            cat /run/mask; awk '{ print $1 == $2 }' /run/ids
            """)
        #expect(lines == ["SigBlk:\t0000000000000000", "SigBlk:\t0000000000000000", "1"])
    }

    @Test("names are unique while in use") func names() throws {
        let lines = try PrivateHost.lines(
            """
            style=; \(Self.web)
            swnet run --network mynet --name web -- true; echo $?
            status missing swnet exec nosuch -- true
            status exec swnet exec web -- sh -c 'exit 9'
            status absent swnet exec web -- nosuch
            swnet exec web -- sh -c 'ls /sys/class/net'
            """)
        #expect(
            lines == [
                "Error: a sandbox named web exists already; choose another name", "1", "missing 1", "exec 9",
                "absent 127",
                "eth0", "lo",
            ])
    }

    @Test("the C library finds containers by name, and itself", arguments: ["", "--ipv6"]) func libcNames(
        option: String
    ) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --subnet 10.89.0.0/24 \(option) > /dev/null
            swnet run --network mynet --name web -- sleep 60 & eventually swnet exec web -- true
            swnet run --network mynet --name client -- sh -c \
                'for name in web WEB web.mynet web.mynet.swnet.internal client; do getent ahostsv4 $name; done; \
                getent hosts 10.89.0.2; getent ahostsv4 nosuch; echo $?' | grep -v -e DGRAM -e RAW | sed 's/  */ /g'
            """)
        #expect(
            lines.map { $0.split(separator: " ").joined(separator: " ") } == [
                "10.89.0.2 STREAM web.mynet.swnet.internal", "10.89.0.2 STREAM WEB.mynet.swnet.internal",
                "10.89.0.2 STREAM web.mynet", "10.89.0.2 STREAM web.mynet.swnet.internal", "10.89.0.3 STREAM client",
                "10.89.0.2 web.mynet.swnet.internal", "2",
            ])
    }
}
