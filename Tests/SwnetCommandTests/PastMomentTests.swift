// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Testing
internal import swnet

@Suite struct PastMomentTests {
    private static let now = Timestamp(seconds: 2_000_000_000)

    /// Dates as date(1) reads them: date -u -d 2000-02-29 +%s.
    @Test(
        "moments",
        arguments: [
            ("1763694000", 1_763_694_000), ("24h", 2_000_000_000 - 86400), ("1h30m", 2_000_000_000 - 5400),
            ("2d", 2_000_000_000 - 172_800), ("10s", 1_999_999_990), ("1970-01-01", 0),
            ("2000-02-29", 951_782_400), ("2000-03-01T00:00:00Z", 951_868_800), ("2025-11-21T03:00:00Z", 1_763_694_000),
            ("2025-11-21T03:00", 1_763_694_000), ("1969-12-31T23:59:59Z", -1),
        ] as [(String, Int64)])
    func moment(text: String, seconds: Int64) {
        #expect(PastMoment(text, now: Self.now)?.time.seconds == seconds)
    }

    @Test(
        "no moments",
        arguments: [
            "", "h", "24x", "1h30", "2025-13-01", "2025-11-32", "2025-11-21T", "2025-11-21T24:00:00Z", "2025-1-1",
            "2025-11-21T03:00:00+01:00", "99999999999h", "yesterday",
        ])
    func noMoment(text: String) {
        #expect(PastMoment(text, now: Self.now) == nil)
    }
}
