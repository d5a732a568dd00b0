// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// What `swnet repair` and `swnet gc` put right, and who has the resolver's port.
extension DoctorCommandTests {
    private static let remedies = repairs + collections

    private static let repairs = [
        Case("the bridge is gone", "ip link delete sw-mynet", "bridge sw-mynet of mynet is gone"),
        Case("a port is unplugged", "ip link set $port nomaster", "PORT, the link of web, is not plugged into bridge"),
        Case("a link is gone", "ip link delete $port", "the link of web to mynet, veth"),
        Case("everything is flushed", "nft flush ruleset", "table inet swnet is gone, so nothing is published"),
        Case(
            "an element is gone", "nft delete element inet swnet masquerade4 '{ 10.89.0.2 }'",
            "table inet swnet lacks masquerade4 { 10.89.0.2 }"),
        Case(
            "a chain is empty", "nft flush chain inet swnet egress",
            "the rules of table inet swnet were changed or are of another version of swnet"),
        Case(
            "iptables drops what is forwarded",
            "iptables-nft -P FORWARD DROP; iptables-nft -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT",
            "the policy of chain FORWARD in table ip filter drops what containers of mynet send out of this host and "
                + "connections to published ports of mynet"),
        Case(
            "a chain drops questions about names",
            """
            nft add table inet mine
            nft add chain inet mine input '{ type filter hook input priority 0; policy drop; }'
            nft add rule inet mine input iif lo accept
            """,
            "the policy of chain input in table inet mine drops questions about names from mynet"),
        Case(
            "the resolver was killed", "kill -9 $(pidof swnet-dns); eventually sh -c '! pidof swnet-dns'",
            "swnet-dns does not run, so containers of mynet resolve nothing"),
    ]

    /// A second sandbox, killed, and its address the only one beside web's.
    private static let killed = """
        swnet run --network mynet --name dead -- sleep 120 & dead=$!; eventually swnet exec dead -- true
        sleep 0.2; kill -9 $dead; wait $dead 2>/dev/null; sleep 0.2

        """
    private static let unmounted =
        killed + """
            file=$(basename $(grep -l '"dead"' /run/swnet/sandboxes/*.json) .json)
            umount -l /run/swnet/sandboxes/$file.netns; rm /run/swnet/sandboxes/$file.*
            eventually sh -c '[ $(ip -br link show type veth master sw-mynet | wc -l) = 1 ]'

            """

    private static let collections = [
        Case("the tool was killed", killed, "'swnet run' was killed before it could take down dead"),
        Case("a sandbox is gone", unmounted, "dead of mynet is recorded as attached, and its sandbox is gone"),
        Case(
            "a sandbox and its record are gone",
            unmounted + "rm $(grep -l '\"dead\"' /run/swnet/endpoints/mynet/*)",
            "table inet swnet has 2 elements that nothing recorded needs, in masquerade4",
            "10.89.0.3, fd00:89::3 of mynet are leased to somebody who is gone"),
        Case(
            "the host was started again",
            unmounted + """
                sed -i 's/"boot":"[^"]*"/"boot":"earlier"/' $(grep -l '"dead"' /run/swnet/endpoints/mynet/*)
                nft delete element inet swnet masquerade4 '{ 10.89.0.3 }'
                nft delete element inet swnet masquerade6 '{ fd00:89::3 }'
                """,
            "dead of mynet was attached before this host was started again"),
        Case(
            "a lease is empty", ": > /var/lib/cni/networks/mynet/10.89.0.77",
            "10.89.0.77 of mynet is leased to somebody who is gone"),
    ]

    @Test("repair and gc put right what the doctor sends them for", arguments: remedies)
    func remedied(ailment: Case) throws { try Self.expectCure(of: ailment) }

    @Test("a program that has the resolver's port is named, and is no reason to fail") func questionPort() throws {
        let lines = try PrivateHost.lines(
            """
            dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --user=root --pid-file= & holder=$!
            eventually sh -c 'ss -Hlun sport = :53 | grep .'

            """ + Self.scene + """
                swnet doctor | sed "s/port [0-9]*, where/port N, where/; s/process $holder)/process HOLDER)/; s/kill $holder$/kill HOLDER/"
                cure; sentences; echo STATUS $?
                """)
        #expect(
            lines == [
                "note: dnsmasq (process HOLDER) has port 53/udp of 0.0.0.0, so names of mynet are answered at port N, where "
                    + "questions are led.",
                "    kill HOLDER", "19 checks made: 1 note.", "STATUS 0",
            ])
    }
}
