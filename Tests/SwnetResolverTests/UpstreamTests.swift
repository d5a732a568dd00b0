// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import SwnetResolver
import Testing

@Suite struct UpstreamTests {
    @Test(
        "the servers of resolv.conf, and nothing of lines that make no sense",
        arguments: [
            ("nameserver 192.0.2.1\n", ["192.0.2.1"]),
            ("# nameserver 192.0.2.9\nsearch example\n  nameserver\t2001:db8::1  # x\n", ["2001:db8::1"]),
            ("nameserver fe80::1%eth0\nnameserver 127.0.0.53\r\n", ["fe80::1%eth0", "127.0.0.53"]),
            ("nameserver\nnameserver x\nnameserver fe80::1%\nNAMESERVER 192.0.2.1\n", []),
            ("nameserver 192.0.2.1\nnameserver 192.0.2.1", ["192.0.2.1"]), ("", []),
        ])
    func list(text: String, servers: [String]) {
        let list = Upstream.list(resolvConf: text)
        #expect(list.map { $0.address.description + ($0.scope.map { "%\($0)" } ?? "") } == servers)
        #expect(list.allSatisfy { $0.port == 53 })
    }

    @Test("no more than eight servers")
    func bounded() {
        let text = (1...20).map { "nameserver 192.0.2.\($0)\n" }.joined()
        #expect(Upstream.list(resolvConf: text).count == 8)
    }
}
