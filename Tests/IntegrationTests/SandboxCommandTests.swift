// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

/// `run -d`, `stop`, and what `run` can be told about its sandbox.
@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct SandboxCommandTests {
    /// A network without names, so that these tests do not depend on the resolver.
    static let network = """
        network() { swnet create --no-dns "$@" >/dev/null; }

        """

    @Test("in the background: the id is printed, output is kept, stop gives everything back") func detached() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --ipv6; swnet run --network mynet -- true; snapshot > /run/before
                id=$(swnet run -d --network mynet --name web -p 8080:80 -- sh -c 'echo out; echo err >&2; exec sleep 60')
                echo ${#id}; swnet ps --quiet --filter id=$id | wc -l
                eventually grep -q err /run/swnet/logs/web.log; cat /run/swnet/logs/web.log
                swnet exec web -- hostname
                ps -o tty=,args= -C sleep
                swnet stop web; echo $?; pgrep -x sleep
                snapshot | diff /run/before -
                """)
        #expect(lines == ["64", "1", "out", "err", "web", "?        sleep 60", "web", "0"])
    }

    @Test("what fails in the background is told, with its status") func detachedFailure() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet; swnet run --network mynet -- true; snapshot > /run/before
                swnet run -d --network mynet -- nosuch; echo $?
                swnet run -d --network mynet --name a -- sleep 60 >/dev/null
                swnet run -d --network mynet --name a -- true; echo $?
                swnet run -d --network mynet --ip 10.9.9.9 -- true; echo $?
                swnet stop a >/dev/null; snapshot | grep -v /logs/ | diff /run/before -
                """)
        #expect(
            lines == [
                "Error: run nosuch: No such file or directory", "127",
                "Error: a sandbox named a exists already; choose another name", "1",
                "Error: no network here has a subnet with 10.9.9.9: choose an address that 'swnet ls' shows room for",
                "1",
            ])
    }

    @Test("the log goes with the command only when --rm says so", arguments: ["", "--rm"])
    func log(option: String) throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet
                swnet run -d \(option) --network mynet --name once -- echo hello >/dev/null
                eventually sh -c '! ls /run/swnet/sandboxes/*.json'
                eventually sh -c '! pgrep -x swnet'
                cat /run/swnet/logs/*
                """)
        #expect(lines == (option.isEmpty ? ["hello"] : ["cat: '/run/swnet/logs/*': No such file or directory"]))
    }

    @Test("a command that does not heed SIGTERM is killed, with all that it started") func killed() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet; swnet run --network mynet -- true; snapshot > /run/before
                swnet run -d --rm --network mynet --name deaf -- \
                    sh -c 'trap "" TERM; setsid sleep 61 & while :; do sleep 0.1; done' >/dev/null
                eventually pgrep -xf 'sleep 61'
                swnet stop --time 0 deaf
                eventually sh -c '! pgrep -xf "sleep 61"'
                snapshot | diff /run/before -
                swnet run --network mynet -- sh -c 'sleep 62 & exit 3'; echo $?
                eventually sh -c '! pgrep -xf "sleep 62"'
                """)
        #expect(lines == ["deaf", "3"])
    }

    @Test("stop takes down what a killed supervisor left, and refuses what it does not know") func stop() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet; swnet run --network mynet -- true; snapshot > /run/before
                swnet run --network mynet --name web -- sleep 60 & supervisor=$!
                eventually swnet exec web -- true
                swnet stop web webb; echo $?
                kill -9 $supervisor; wait $supervisor 2>/dev/null
                swnet stop web; echo $?
                snapshot | diff /run/before -
                """)
        #expect(lines == ["Error: no sandbox or container is named webb: did you mean web?", "1", "web", "0"])
    }

    @Test("kill -9 of a background supervisor leaves nothing once the next swnet ran") func killedInBackground() throws
    {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --ipv6; swnet run --network mynet -- true; snapshot > /run/before
                swnet run -d --rm --network mynet --name web -p 8080:80 -- sh -c 'sleep 63 & exec sleep 63' >/dev/null
                kill -9 $(pgrep -x swnet); eventually sh -c '! pgrep -x swnet'
                swnet ps --all --format json | grep condition
                swnet gc >/dev/null
                eventually sh -c '! pgrep -xf "sleep 63"'
                snapshot | grep -v /logs/ | diff /run/before -
                """)
        #expect(lines == ["        \"condition\": \"gone\","])
    }

    @Test("environment, kernel settings, names and servers") func settings() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --subnet 10.89.0.0/24
                export KEPT=here
                swnet run --network mynet -e A=1 -e KEPT -e PATH=$PATH:/x --sysctl net.ipv4.ip_unprivileged_port_start=7 \
                    --sysctl net.ipv4.conf.eth0.arp_ignore=2 --dns 192.0.2.1 --dns-search a.test --dns-option ndots:2 \
                    -- sh -c 'echo $A $KEPT; cat /proc/sys/net/ipv4/ip_unprivileged_port_start \
                        /proc/sys/net/ipv4/conf/eth0/arp_ignore /etc/resolv.conf'
                cat /proc/sys/net/ipv4/ip_unprivileged_port_start
                swnet run --network mynet --sysctl net.ipv4.nosuch=1 -- true; echo $?
                """)
        #expect(
            lines == [
                "1 here", "7", "2", "search a.test", "nameserver 192.0.2.1", "options ndots:2", "1024",
                "Error: open /proc/sys/net/ipv4/nosuch: No such file or directory", "1",
            ])
    }

    @Test("without servers of its own, a sandbox asks those of the host that it can reach") func hostServers() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet; mkdir -p /run/systemd/resolve
                printf 'nameserver 127.0.0.53\nsearch lan\n' > /run/stub
                printf 'nameserver 192.0.2.53\nsearch lan\n' > /run/systemd/resolve/resolv.conf
                mount --bind /run/stub /etc/resolv.conf
                swnet run --network mynet -- cat /etc/resolv.conf
                """)
        #expect(lines == ["search lan", "nameserver 192.0.2.53"])
    }

    @Test("no network at all") func none() throws {
        let lines = try PrivateHost.lines("swnet run --network none -- sh -c 'ls /sys/class/net; ip route | wc -l'")
        #expect(lines == ["lo", "0"])
    }

    @Test("several networks: settings of each, metrics, and traffic on both", arguments: ["", "--chained"])
    func networks(style: String) throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network one --subnet 10.1.0.0/24 --subnet fd00:1::/64 \(style)
                network two --subnet 10.2.0.0/24 --subnet fd00:2::/64 \(style)
                swnet run -d --network one --name a -- busybox httpd -f -p 80 -h /run/www >/dev/null
                swnet run -d --network two --name b -- busybox httpd -f -p 80 -h /run/www >/dev/null
                eventually swnet exec a -- busybox wget -q -O /dev/null http://127.0.0.1/
                eventually swnet exec b -- busybox wget -q -O /dev/null http://127.0.0.1/
                swnet run --network two:ip=10.2.0.77,interface=net5 --network one:mac=02:00:00:00:00:09 --name c -- sh -c '
                    ls /sys/class/net | tr "\\n" " "; echo; ip route show default; ip -6 route show default
                    ip -br address show net5; cat /sys/class/net/eth0/address; ip route get 192.0.2.1 | head -n 1
                    for address in 10.1.0.2 10.2.0.2 [fd00:1::2] [fd00:2::2]; do
                        timeout 3 busybox wget -q -O - http://$address/
                    done'
                """)
        try #require(lines.count == 12)
        #expect(lines[0] == "eth0 lo net5 ")
        #expect(lines[1].hasPrefix("default via 10.2.0.1 dev net5") && !lines[1].contains("metric"))
        #expect(lines[2].hasPrefix("default via 10.1.0.1 dev eth0") && lines[2].contains("metric 1124"))
        #expect(lines[3].contains("dev net5 metric 1024") && lines[4].contains("dev eth0 metric 1124"))
        #expect(lines[5].contains("10.2.0.77/24") && lines[6] == "02:00:00:00:00:09")
        #expect(lines[7].contains("via 10.2.0.1 dev net5"))
        #expect(lines.suffix(4) == ["hello", "hello", "hello", "hello"])
    }

    @Test(
        "exec: signals and exit status are the command's own", arguments: [("TERM", 143), ("HUP", 129), ("KILL", 137)])
    func execSignals(name: String, status: Int) throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet; swnet run -d --rm --network mynet --name web -- sleep 60 >/dev/null
                swnet exec web -- sleep 65 & process=$!
                eventually pgrep -xf 'sleep 65'
                kill -\(name) $process; wait $process 2>/dev/null; echo $?
                swnet exec web -- sh -c 'trap "exit 5" TERM; sleep 66 & wait' & process=$!
                eventually pgrep -xf 'sleep 66'
                kill -TERM $process; wait $process; echo $?
                swnet exec web -- sh -c 'exit 77'; echo $?
                """)
        #expect(lines == ["\(status)", "5", "77"])
    }

    @Test("a sandbox without networks is listed and stopped; connecting gives it one") func unattached() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --subnet 10.89.0.0/24
                swnet run -d --rm --network none --name idle -- sleep 60 >/dev/null
                swnet ps | awk '{ print $1, $2, $3, $4 }'
                swnet connect mynet idle; swnet exec idle -- ip -o -4 address show eth0 | grep -o '10.89[^ ]*24'
                swnet exec idle -- ip route show default | grep -c 'via 10.89.0.1 dev eth0 $'
                swnet ps | awk '{ print $1, $2, $3, $4 }'; swnet stop idle; swnet ps | wc -l
                """)
        #expect(
            lines == [
                "NAME NETWORK INTERFACE ADDRESSES", "idle none lo -", "10.89.0.2/24", "1",
                "NAME NETWORK INTERFACE ADDRESSES", "idle mynet eth0 10.89.0.2", "idle", "1",
            ])
    }

    @Test("port prints what Docker prints, or an array of objects") func port() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64
                swnet run -d --rm --network mynet --name web -p 8080:80 -p 127.0.0.1:53:53/udp -p 9000-9001:90-91 \
                    -- sleep 60 >/dev/null
                swnet port web; swnet port web 53/udp; swnet port web 81; echo $?; swnet port nosuch; echo $?
                swnet port web 53/udp --format json
                """)
        #expect(
            lines.prefix(12) == [
                "53/udp -> 127.0.0.1:53", "80/tcp -> 0.0.0.0:8080", "80/tcp -> [::]:8080", "90/tcp -> 0.0.0.0:9000",
                "90/tcp -> [::]:9000", "91/tcp -> 0.0.0.0:9001", "91/tcp -> [::]:9001", "127.0.0.1:53",
                "Error: port 81/tcp of web is not published: see 'swnet port web'", "1",
                "Error: no sandbox or container is named nosuch: see 'swnet ps'", "1",
            ])
        let expected: JSON = [
            ["containerPort": 53, "protocol": "udp", "hostAddress": "127.0.0.1", "hostPort": 53]
        ]
        #expect(try JSON(parsing: lines.dropFirst(12).joined(separator: "\n")) == expected)
    }

    @Test("on a terminal lists keep to its width; elsewhere each endpoint is a line") func widths() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64
                swnet run -d --rm --network mynet --name a-sandbox-with-a-name -p 127.0.0.1:8080:80 -p 127.0.0.1:9090:90 \
                    -- sleep 60 >/dev/null
                swnet ps | wc -l
                for columns in 80 120; do
                    script -qec "stty cols $columns; swnet ps" /dev/null < /dev/null | tr -d '\\r' > /run/$columns
                    wc -L < /run/$columns; wc -l < /run/$columns
                done
                """)
        let numbers = lines.compactMap { Int($0) }
        try #require(lines.count == 5 && numbers.count == 5, "\(lines)")
        #expect(numbers[0] == 2)
        #expect(numbers[1] <= 80 && numbers[2] > 2)
        #expect(numbers[3] <= 120 && numbers[3] > 80)
    }

    @Test("without --network it is the default one, which is made when it is first used") func defaultNetwork() throws {
        let lines = try PrivateHost.lines(
            """
            swnet run -- ls /sys/class/net | tr '\\n' ' '; echo
            ls /etc/cni/net.d; swnet run --network bridge -- sh -c 'ip route show default | wc -l'
            """)
        #expect(lines.count == 3 && lines[0] == "eth0 lo " && lines[2] == "1")
        #expect(lines[1].hasSuffix("-bridge.conflist"))
    }

    @Test("refusals say what to do") func refusals() throws {
        let lines = try PrivateHost.lines(
            Self.network + """
                network mynet --subnet 10.89.0.0/24
                swnet run --network mynte -- true; echo $?
                swnet run --network mynet:ip=10.1.2.3 -- true; echo $?
                """)
        #expect(
            lines == [
                "Error: there is no network mynte: did you mean mynet?", "1",
                "Error: network mynet has no subnet with 10.1.2.3: choose an address of 'swnet ls'", "1",
            ])
    }
}
