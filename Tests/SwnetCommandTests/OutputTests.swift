// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import Testing
internal import swnet

@Suite struct OutputTests {
    @Test("columns are as wide as their widest cell, and nothing trails") func table() {
        var table = TextTable(["NAME", "X"])
        table.append(["a", ""])
        table.append(["longer", "y"])
        #expect(table.text == "NAME    X\na       -\nlonger  y\n")
    }

    @Test("a table fits its terminal, or as nearly as it can", arguments: [20, 30, 50, 80])
    func narrowTable(columns: Int) {
        var table = TextTable(["NAME", "ADDRESSES", "UP"])
        table.append(["a-name-without-any-space", "10.89.0.2 fd00:89::2", "5 minutes"])
        table.append(["b", "10.89.0.3", "now"])
        let texts = [
            20: """
            NAME      ADDRESSES  UP
            a-name-w  10.89.0.2  5
            ithout-a  fd00:89::  minutes
            ny-space  2
            b         10.89.0.3  now

            """,
            30: """
            NAME       ADDRESSES  UP
            a-name-wi  10.89.0.2  5
            thout-any  fd00:89::  minutes
            -space     2
            b          10.89.0.3  now

            """,
            50: """
            NAME                      ADDRESSES      UP
            a-name-without-any-space  10.89.0.2      5 minutes
                                      fd00:89::2
            b                         10.89.0.3      now

            """,
            80: """
            NAME                      ADDRESSES             UP
            a-name-without-any-space  10.89.0.2 fd00:89::2  5 minutes
            b                         10.89.0.3             now

            """,
        ]
        #expect(table.text(columns: columns) == texts[columns])
    }

    @Test(
        "ages",
        arguments: [
            (-5, "now"), (0, "now"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7199, "1 hour"),
            (86400, "1 day"), (864_000, "10 days"),
        ] as [(Int64, String)])
    func age(seconds: Int64, text: String) {
        #expect(Age(seconds: seconds).description == text)
    }

    @Test(
        "moments, as date(1) prints them with -u -d @SECONDS +%FT%TZ",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (1_763_694_000, "2025-11-21T03:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func moment(seconds: Int64, text: String) {
        #expect(UTCTime(Timestamp(seconds: seconds)).description == text)
    }

    private static func port(_ host: Int, _ container: Int, _ address: String? = nil) throws -> PublishedPort {
        PublishedPort(
            hostAddress: address.flatMap { IPAddress($0) }, hostPort: try #require(Port(host)),
            containerPort: try #require(Port(container)), transport: .tcp)
    }

    @Test("published ports, runs drawn together") func ports() throws {
        #expect(try [Self.port(8080, 80)].text == "8080->80/tcp")
        #expect(try [Self.port(8080, 80, "::1")].text == "[::1]:8080->80/tcp")
        #expect(
            try [Self.port(9001, 1, "127.0.0.1"), Self.port(9000, 0 + 2, "127.0.0.1")].text
                == "127.0.0.1:9000->2/tcp 127.0.0.1:9001->1/tcp")
        #expect(try [Self.port(9002, 3), Self.port(9000, 1), Self.port(9001, 2)].text == "9000-9002->1-3/tcp")
        #expect([PublishedPort]().text == "")
    }

    @Test("published ports survive the way through JSON", arguments: [nil, "127.0.0.1", "::1"])
    func mapping(address: String?) throws {
        let port = try Self.port(8080, 80, address)
        #expect(PublishedPort(mapping: .object(port.mapping)) == port)
    }
}
