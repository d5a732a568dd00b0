// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct RepairCommandTests {
    @Test(
        "a connection through a published port goes on",
        arguments: [
            "nft flush ruleset", "ip link delete sw-mynet", "nft flush ruleset; ip link delete sw-mynet",
            "ip link set $(ip -o link show master sw-mynet | grep -o 'veth[0-9a-f]*' | head -n 1) nomaster",
        ])
    func connection(breakage: String) throws {
        let lines = try PrivateHost.lines(
            """
            ip netns add lan; ip link add uplink type veth peer name uplink netns lan
            ip address add 192.0.2.1/24 dev uplink; ip link set uplink up
            ip netns exec lan sh -c 'ip address add 192.0.2.2/24 dev uplink; ip link set uplink up'
            eventually ping -c 1 -W 1 192.0.2.2
            swnet create mynet --subnet 10.89.0.0/24 >/dev/null
            swnet run --network mynet --name web -p 8080:80 -- busybox nc -ll -p 80 -e cat &
            eventually swnet exec web -- sh -c 'ss -tln | grep -q :80'
            mkfifo /run/in; ip netns exec lan busybox nc 192.0.2.1 8080 < /run/in > /run/out & exec 3> /run/in
            echo one >&3; eventually grep one /run/out
            \(breakage)
            swnet repair | wc -l | grep -c '^[1-9]'; echo two >&3; eventually grep two /run/out; cat /run/out
            conntrack -L -p tcp --dport 8080 2>/dev/null | grep -c ESTABLISHED
            """)
        #expect(lines == ["1", "one", "two", "1"])
    }

    @Test("what is told, as sentences and as JSON, and by the exit status") func output() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --subnet 10.89.0.0/24 >/dev/null
            swnet repair; echo $?
            swnet run --network mynet --name web -- sleep 60 &
            eventually swnet exec web -- true
            ip address delete 10.89.0.1/24 dev sw-mynet
            swnet repair --dry-run; echo $?
            swnet repair --dry-run --format json > /run/plan; swnet repair; echo $?
            ip link delete $(ip -o link show master sw-mynet | grep -o 'veth[0-9a-f]*' | head -n 1)
            swnet repair | sed 's/veth[0-9a-f]*/veth/'; swnet repair >/dev/null; echo $?
            cat /run/plan
            """)
        #expect(
            lines.prefix(8) == [
                "Nothing to do.", "0", "bridge sw-mynet is without address 10.89.0.1/24: to be given it back", "0",
                "bridge sw-mynet was without address 10.89.0.1/24: given it back", "0",
                "interface veth of container web is gone and could not be made again: what is in the container went "
                    + "with it: restart the container", "1",
            ])
        let plan = try JSON(parsing: lines.dropFirst(8).joined(separator: "\n")).arrayValue
        #expect(
            plan == [
                [
                    "network": "mynet", "subject": "bridge sw-mynet", "problem": "without address 10.89.0.1/24",
                    "remedy": "given it back", "outcome": "planned",
                    "text": "bridge sw-mynet is without address 10.89.0.1/24: to be given it back",
                ]
            ])
    }

    @Test("the resolver is started again, and questions led to where it answers", arguments: [53, 54])
    func resolver(port: Int) throws {
        let lines = try PrivateHost.lines(
            """
            [ \(port) = 53 ] || { sleep 60 | busybox nc -l -p 53 & eventually sh -c 'ss -tln | grep -q :53'; }
            swnet create mynet --subnet 10.89.0.0/24 >/dev/null
            swnet run --network mynet --name web -- sleep 60 &
            eventually swnet exec web -- true
            ask() { swnet exec web -- timeout 5 busybox nslookup -type=a web.mynet.swnet.internal 10.89.0.1 | grep -o '10.89.0.2'; }
            ask; nft flush ruleset
            for process in /proc/[0-9]*; do
                [ "$(cat $process/comm)" != swnet-dns ] || kill -9 ${process#/proc/}
            done
            swnet repair | grep resolver; ask; swnet repair
            """)
        #expect(
            lines == ["10.89.0.2", "the resolver of names was not running: started", "10.89.0.2", "Nothing to do."])
    }
}
