// SPDX-License-Identifier: Apache-2.0
import IPAM
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct ResolvConfTests {
    @Test func everyKey() {
        let text = """
            # a comment
            ; another
            nameserver 192.0.2.1
              nameserver\t2001:db8::1 trailing
            nameserver fe80::1%eth0\r
            domain first.example
            domain example.com
            search a.example b.example
            search c.example
            options ndots:5 timeout:1
            sortlist 192.0.2.0
            nameserver
            #nameserver 203.0.113.1
            """
        let parsed = ResolvConf(Array(text.utf8))
        #expect(parsed.nameservers == ["192.0.2.1", "2001:db8::1", "fe80::1%eth0"])
        #expect(parsed.domain == "example.com")
        #expect(parsed.search == ["a.example", "b.example", "c.example"])
        #expect(parsed.options == ["ndots:5", "timeout:1"])
    }

    @Test(arguments: [[], [0], [0xff, 0xfe], Array("\n\n \t\n".utf8), Array("search".utf8), Array("search \n".utf8)])
    func nothing(_ bytes: [UInt8]) {
        #expect(ResolvConf(bytes).search.isEmpty && ResolvConf(bytes).nameservers.isEmpty)
    }

    @Test func sizes() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path.appending("resolv.conf")
        let missing = #expect(throws: SystemError.self) { try ResolvConf(reading: path) }
        #expect(missing?.isNotFound == true)
        try AtomicFile.write([UInt8](repeating: 0x20, count: ResolvConf.maximumSize + 1), to: path)
        let error = #expect(throws: SystemError.self) { try ResolvConf(reading: path) }
        #expect(error?.errno == .fileTooLarge)
    }
}
