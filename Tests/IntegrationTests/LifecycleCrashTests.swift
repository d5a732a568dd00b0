// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// ADD and DEL of the real programs, killed before one system call after the other.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleCrashTests {
    @Test("DEL removes what a killed ADD left", arguments: LifecycleStep.all)
    func killedADD(step: LifecycleStep) async throws {
        let scene = try LifecycleScene(step)
        for point in try scene.pointsOfADD() where FaultPoint.changes.contains(point.call) {
            let answer = try scene.add(wrapper: point.killing)
            // What the one before left can change the number of calls, so that this one is not reached.
            #expect(answer.exitStatus != 1, "\(point): \(answer)")
            #expect(try scene.delete().isSilentSuccess, "after \(point)")
            try scene.expectUnchanged("\(point)")
        }
        try scene.finish()
    }

    @Test("DEL removes what a killed DEL left", arguments: LifecycleStep.all)
    func killedDEL(step: LifecycleStep) async throws {
        let scene = try LifecycleScene(step)
        for point in try scene.pointsOfDEL() where FaultPoint.changes.contains(point.call) {
            try #require(try scene.add().isSuccess)
            let answer = try scene.delete(wrapper: point.killing)
            // What the one before left can change the number of calls, so that this one is not reached.
            #expect(answer.exitStatus != 1, "\(point): \(answer)")
            #expect(try scene.delete().isSilentSuccess, "after \(point)")
            try scene.expectUnchanged("\(point)")
        }
        try scene.finish()
    }
}
