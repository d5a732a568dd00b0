// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// `connect`, `disconnect`, and `exec` and `port` on whatever they can be told of.
@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct ConnectCommandTests {
    /// Two networks, a web server on the second, and what a container runtime does.
    private static let scene =
        SandboxCommandTests.network + #"""
            network one --subnet 10.1.0.0/24 --subnet fd00:1::/64 $style
            network two --subnet 10.2.0.0/24 --subnet fd00:2::/64 $style
            swnet run --network one --network two -- true
            swnet run -d --rm --network two --name server -p 7000:80 -- busybox httpd -f -p 80 -h /run/www >/dev/null
            eventually swnet exec server -- busybox wget -q -O /dev/null http://127.0.0.1/
            plugins=$(dirname $(command -v swnet))/../libexec/swnet
            # Arguments: ADD or DEL, id, name of the namespace.
            runtime() {
                jq '. + .plugins[0] | del(.plugins)' /etc/cni/net.d/90-one.conflist |
                    CNI_COMMAND=$1 CNI_CONTAINERID=$2 CNI_NETNS=/run/netns/$3 CNI_IFNAME=eth0 CNI_PATH=$plugins \
                        CNI_ARGS="K8S_POD_NAME=$3" $plugins/swnet
            }
            fetch() { timeout 3 busybox wget -q -O - http://$1/ 2>&1 || echo nothing; }

            """#

    @Test("a sandbox gets a network and loses one: interface, routes, names and traffic", arguments: ["", "--chained"])
    func ours(style: String) throws {
        let lines = try PrivateHost.lines(
            "style=\(style)\n" + Self.scene + """
                swnet run -d --rm --network one --name web -- sleep 60 >/dev/null; snapshot > /run/before
                swnet exec web -- timeout 3 busybox wget -q -O - http://10.2.0.3/ 2>/dev/null || echo nothing
                swnet connect two web --ip 10.2.0.7 --alias db --mac-address 02:00:00:00:00:07; echo $?
                for address in 10.2.0.3 [fd00:2::3]; do swnet exec web -- busybox wget -q -O - http://$address/; done
                swnet exec web -- sh -c 'ip -br address show eth1; cat /sys/class/net/eth1/address; grep web /etc/hosts'
                swnet ps --filter name=web --format json | grep '"network"'
                swnet connect two web; echo $?
                swnet disconnect one web
                swnet exec web -- sh -c 'ls /sys/class/net | tr "\\n" " "; echo; ip route show default; grep web /etc/hosts'
                swnet connect one web --interface eth0
                swnet disconnect two web; swnet disconnect two web; echo $?
                stable() { grep -v -e 10.1.0 -e fd00:1: | sed 's/@if.*//'; }
                snapshot | stable > /run/after; stable < /run/before | diff - /run/after
                """)
        try #require(lines.count == 20, "\(lines.joined(separator: "\n"))")
        #expect(lines[0...3] == ["nothing", "0", "hello", "hello"])
        #expect(lines[4].contains("10.2.0.7/24 fd00:2::"))
        #expect(
            lines[5...] == [
                "02:00:00:00:00:07", "10.1.0.3 web", "fd00:1::3 web", "10.2.0.7 web", "fd00:2::4 web",
                "        \"network\": \"one\",", "        \"network\": \"two\",",
                "Error: web is on network two already, as eth1: disconnect it first", "1", "eth1 lo ",
                "default via 10.2.0.1 dev eth1 metric 1124 ", "10.2.0.7 web", "fd00:2::4 web",
                "Error: web is not on network two: it is on one", "1",
            ])
    }

    @Test(
        "what is attached to a sandbox goes with it, also when its supervisor was killed", arguments: ["stop", "kill"])
    func end(how: String) throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                snapshot > /run/before
                swnet run --network one --name web -- sleep 60 & supervisor=$!
                eventually swnet exec web -- true; swnet connect two web -p 9090:80
                if [ \(how) = stop ]; then swnet stop web; else kill -9 $supervisor; fi; wait $supervisor 2>/dev/null
                swnet run --network one -- true
                snapshot | diff /run/before -
                """)
        #expect(lines == (how == "stop" ? ["web"] : []))
    }

    @Test("a container of another runtime, by name, id, beginning of the id, and path of its namespace")
    func foreign() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                ip netns add box; snapshot > /run/before
                runtime ADD 0123456789abcdef box | grep -c '"cniVersion"'
                swnet connect two box; ip netns exec box ip -br address show eth1 | grep -o '10.2.0.[0-9]*/24'
                ip netns exec box busybox wget -q -O - http://10.2.0.3/
                swnet ps | awk '$1 == "box" { print $2, $3 }'
                swnet disconnect two box; ip netns exec box ls /sys/class/net | tr '\\n' ' '; echo
                swnet connect two 0123 --interface net7; ip netns exec box ls /sys/class/net | tr '\\n' ' '; echo
                swnet disconnect two /run/netns/box; swnet connect two /run/netns/box; swnet exec box -- ls /sys/class/net
                swnet connect one box; echo $?
                runtime DEL 0123456789abcdef box; swnet disconnect two 0123456789abcdef
                snapshot | diff /run/before -
                """)
        #expect(
            lines == [
                "1", "10.2.0.4/24", "hello", "one eth0", "two eth1", "eth0 lo ", "eth0 lo net7 ", "eth0", "eth1", "lo",
                "Error: box is on network one already, as eth0: disconnect it first", "1",
            ])
    }

    @Test("a namespace that nobody told swnet of, by process id; nothing is left once it is gone") func process() throws
    {
        let lines = try PrivateHost.lines(
            "style=--chained\n" + Self.scene + """
                snapshot > /run/before
                unshare --net sleep 60 & process=$!
                eventually sh -c "[ \\$(readlink /proc/$process/ns/net) != \\$(readlink /proc/self/ns/net) ]"
                swnet connect two $process -p 8081:80; swnet connect one $process
                nsenter -t $process -n ip -br link | cut -d ' ' -f 1 | tr '\\n' ' '; echo
                swnet exec $process -- busybox wget -q -O - http://10.2.0.3/
                swnet ps --network two --quiet | wc -l
                swnet connect two $process
                swnet connect two $$; swnet connect two /run/nosuch; swnet connect two 999999
                kill $process; wait $process 2>/dev/null
                swnet ps --all | grep -c gone; swnet gc | grep -c "which 'swnet connect' attached"
                snapshot | diff /run/before -
                """)
        try #require(lines.count == 9, "\(lines.joined(separator: "\n"))")
        #expect(lines[0].hasPrefix("lo eth0@") && lines[0].contains(" eth1@"))
        #expect(lines[1...2] == ["hello", "2"])
        #expect(lines[3].hasSuffix(" is on network two already, as eth0: disconnect it first"))
        #expect(
            lines[4...] == [
                "Error: /proc/1/ns/net is the network of this host itself: name a sandbox",
                "Error: open /run/nosuch: No such file or directory",
                "Error: no sandbox or container is named 999999: see 'swnet ps'", "2", "1",
            ])
    }

    @Test("what the runtime attached can be taken away, and its DEL then succeeds") func recorded() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                ip netns add box; snapshot > /run/before
                runtime ADD 0123456789abcdef box > /dev/null
                swnet disconnect one box; ip netns exec box ls /sys/class/net
                runtime DEL 0123456789abcdef box; echo $?
                snapshot | diff /run/before -
                swnet disconnect one box; echo $?
                """)
        #expect(
            lines == ["lo", "0", "Error: no sandbox or container is named box: see 'swnet ps'", "1"])
    }

    @Test("--force forgets what is half gone: without configuration, without namespace") func forced() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                ip netns add box; snapshot | grep -v conflist > /run/before
                runtime ADD 0123456789abcdef box > /dev/null
                rm /etc/cni/net.d/90-one.conflist; ip netns del box
                swnet disconnect one box; echo $?
                swnet disconnect --force one box; echo $?
                snapshot | grep -v conflist | diff /run/before -
                """)
        #expect(
            lines == [
                "Error: network one is not configured any more: 'swnet disconnect --force' removes what is recorded",
                "1", "0",
            ])
    }

    @Test("many connect one sandbox at once, while others stop it") func concurrent() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                for n in 1 2 3 4 5 6; do network many$n --subnet 10.3.$n.0/24; swnet run --network many$n -- true; done
                snapshot > /run/before
                swnet run -d --rm --network one --name web -- sleep 60 >/dev/null
                for n in 1 2 3 4 5 6; do swnet connect many$n web & done; wait
                swnet exec web -- ls /sys/class/net | tr '\\n' ' '; echo; swnet exec web -- grep -c web /etc/hosts
                for n in 1 2 3; do swnet disconnect many$n web & done; swnet stop web; wait
                swnet ps --all --filter name=web | wc -l
                snapshot | diff /run/before -
                """)
        let stopped = lines.filter { !$0.hasPrefix("Error: ") }
        #expect(stopped == ["eth0 eth1 eth2 eth3 eth4 eth5 eth6 lo ", "8", "web", "1"])
    }

    @Test(
        "a connect that was killed half-way is undone with the sandbox, or by disconnect",
        arguments: ["stop", "disconnect slow"])
    func killed(end: String) throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                mkdir /run/plugins; cat > /run/plugins/spy <<'END'
                #!/bin/sh
                cat > /dev/null; echo $CNI_COMMAND $CNI_IFNAME >> /run/calls
                [ $CNI_COMMAND != ADD ] || sleep 67
                END
                chmod +x /run/plugins/spy; export CNI_PATH=/run/plugins
                echo '{"cniVersion": "1.0.0", "name": "slow", "plugins": [{"type": "spy"}]}' > /etc/cni/net.d/slow.conflist
                swnet run -d --rm --network one --name web -- sleep 60 >/dev/null
                swnet connect slow web & process=$!
                eventually grep ADD /run/calls; swnet ps --all --filter condition=attaching | grep -c slow
                kill -9 $process; wait $process 2>/dev/null
                swnet \(end) web; cat /run/calls; swnet ps --all | grep -c slow
                """)
        #expect(lines == ["1"] + (end == "stop" ? ["web"] : []) + ["ADD eth1", "DEL eth1", "0"])
    }

    @Test("rm --force takes the network from all, and their files say so") func removal() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                ip netns add box; swnet connect two /run/netns/box
                swnet run -d --rm --network one --network two --name web -- sleep 60 >/dev/null
                swnet stop server; swnet rm --force two
                swnet exec web -- sh -c 'ls /sys/class/net | tr "\\n" " "; echo; grep -c web /etc/hosts'
                ip netns exec box ls /sys/class/net; find /run/swnet/connections -type f
                """)
        #expect(lines == ["server", "two", "eth0 lo ", "2", "lo"])
    }

    @Test("what is not ours to stop") func stop() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                ip netns add box; runtime ADD 0123456789abcdef box > /dev/null; swnet stop box; echo $?
                """)
        #expect(lines == ["Error: box is a container of another runtime: stop it there", "1"])
    }

    @Test("a failed connect leaves the sandbox as it was") func failure() throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.scene + """
                swnet run -d --rm --network one --name web -- sleep 60 >/dev/null
                snapshot > /run/before
                swnet connect two web --ip 10.2.0.3; echo $?
                swnet connect two web --interface eth0; echo $?
                swnet connect two web --ip 10.9.0.1; echo $?
                swnet connect tow web; echo $?; swnet connect two wbe; echo $?
                snapshot | diff /run/before -
                swnet exec web -- ls /sys/class/net
                """)
        try #require(lines.count == 12)
        #expect(lines[0].contains("10.2.0.3 is not available") && lines[1] == "1")
        #expect(
            lines[2...] == [
                "Error: web has an interface eth0 already: give --interface another name", "1",
                "Error: network two has no subnet with 10.9.0.1: choose an address of 'swnet ls'", "1",
                "Error: there is no network tow: did you mean two?", "1",
                "Error: no sandbox or container is named wbe: did you mean web?", "1", "eth0", "lo",
            ])
    }
}
