// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import SwnetPipeline
import Testing

@Suite struct UpkeepStepTests {
    private static func log(_ mode: UpkeepLog.Mode, failing: Bool = false) throws -> UpkeepLog {
        var log = UpkeepLog(mode)
        log.step(NetworkName("mynet"), "bridge br0", is: "gone", toBe: "made again") {
            () throws(CNIError) in
            if failing { throw CNIError(.internalError, "no room") }
        }
        return log
    }

    @Test("what was found and done is one sentence") func sentences() throws {
        #expect(try Self.log(.plan, failing: true).steps.map(\.description) == ["bridge br0 is gone: to be made again"])
        #expect(try Self.log(.apply).steps.map(\.description) == ["bridge br0 was gone: made again"])
        let failed = try Self.log(.apply, failing: true).steps
        #expect(failed.map(\.description) == ["bridge br0 is gone and could not be made again: no room"])
        #expect(failed.map(\.hasFailed) == [true])
        var log = UpkeepLog(.plan)
        log.fail(nil, "a record", is: "unreadable", toBe: "used", CNIError(.internalError, "torn"))
        #expect(log.steps.map(\.hasFailed) == [true])
    }

    @Test("as JSON") func json() throws {
        #expect(
            try Self.log(.apply, failing: true).steps[0].json == [
                "network": "mynet", "subject": "bridge br0", "problem": "gone", "remedy": "made again",
                "outcome": "failed", "reason": "no room",
                "text": "bridge br0 is gone and could not be made again: no room",
            ])
        #expect(try Self.log(.plan).steps[0].json.objectValue?["outcome"] == "planned")
        #expect(try Self.log(.apply).steps[0].json.objectValue?["outcome"] == "done")
    }
}
