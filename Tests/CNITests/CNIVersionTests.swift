// SPDX-License-Identifier: Apache-2.0
import CNI
import Testing

@Suite struct CNIVersionTests {
    @Test(
        "numbers have one to three parts",
        arguments: [
            ("", CNIVersionNumber(0, 1, 0)), ("1", CNIVersionNumber(1, 0, 0)), ("0.3", CNIVersionNumber(0, 3, 0)),
            ("0.3.1", CNIVersionNumber(0, 3, 1)), ("10.0.2", CNIVersionNumber(10, 0, 2)), ("1.0.0.0", nil),
            ("abc", nil),
            ("1.", nil), (".", nil), ("1.0.x", nil), ("v1.0.0", nil), ("1.1.99999999999999999999", nil),
            ("1.0.0-rc1", nil),
        ] as [(String, CNIVersionNumber?)])
    func numbers(text: String, expected: CNIVersionNumber?) {
        #expect(CNIVersionNumber(text) == expected)
    }

    @Test(
        "support is by exact spelling",
        arguments: [
            ("", .v0_1_0), ("0.1.0", .v0_1_0), ("0.3.1", .v0_3_1), ("1.1.0", .v1_1_0), ("1.1", nil), ("1", nil),
            ("01.1.0", nil), ("1.2.0", nil), ("9.9.9", nil), ("abc", nil),
        ] as [(String, CNIVersion?)])
    func support(text: String, expected: CNIVersion?) {
        #expect(CNIVersion(text) == expected)
    }

    @Test("every version knows its own number, and they ascend")
    func order() {
        #expect(CNIVersion.allCases.allSatisfy { CNIVersionNumber($0.rawValue) == $0.number })
        #expect(CNIVersion.allCases == CNIVersion.allCases.sorted())
        #expect(CNIVersion.allCases.last == .newest)
        #expect(CNIVersion.v0_4_0 < .v1_0_0)
        #expect(CNIVersionNumber(0, 10, 0) > CNIVersionNumber(0, 9, 9))
    }

    @Test("families are those of the library's result types")
    func families() {
        #expect(CNIVersion.members(of: .v0_2).map(\.rawValue) == ["0.1.0", "0.2.0"])
        #expect(CNIVersion.members(of: .v0_4).map(\.description) == ["0.3.0", "0.3.1", "0.4.0"])
        #expect(CNIVersion.members(of: .v1).map(\.rawValue) == ["1.0.0", "1.1.0"])
    }
}
