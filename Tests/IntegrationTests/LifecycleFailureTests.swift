// SPDX-License-Identifier: Apache-2.0
import JSON
import SystemPackage
import TestSupport
import Testing

/// ADD and DEL of the real programs while the kernel refuses one system call after the other.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleFailureTests {
    @Test(
        "an ADD that fails at any system call leaves nothing, and works when tried again", arguments: LifecycleStep.all)
    func failedADD(step: LifecycleStep) async throws {
        let scene = try LifecycleScene(step)
        for point in try scene.pointsOfADD() {
            let answer = try scene.add(wrapper: point.failing())
            if answer.isSuccess || hasStopped(answer, at: point) {
                #expect(try scene.delete().isSilentSuccess, "after \(point)")
            }
            try scene.expectUnchanged("\(point) gave \(answer)")
        }
        #expect(try scene.add().isSuccess)
        #expect(try scene.delete().isSilentSuccess)
        try scene.expectUnchanged("DEL")
        try scene.finish()
    }

    @Test(
        "what the first container with a published port brings to the network goes when its ADD fails",
        arguments: [LifecycleStep(kind: .swnet, plugin: 0), LifecycleStep(kind: .chain, plugin: 1)])
    func failedFirstPublisher(step: LifecycleStep) async throws {
        let scene = try LifecycleScene(step, published: nil)
        for number in 1...40 {
            let answer = try scene.add(wrapper: FaultPoint("sendto", number).failing())
            // From here on only what follows success is left to fail.
            if answer.isSuccess { break }
            try scene.expectUnchanged("request \(number) gave \(answer)")
        }
        #expect(try scene.delete().isSilentSuccess)
    }

    @Test("when undoing fails too, DEL removes what is left", arguments: LifecycleStep.all)
    func failedUndoing(step: LifecycleStep) async throws {
        let scene = try LifecycleScene(step)
        for point in try scene.pointsOfADD() where FaultPoint.changes.contains(point.call) {
            let answer = try scene.add(wrapper: point.failing(andLater: true))
            #expect(try scene.delete().isSilentSuccess, "after \(point) gave \(answer)")
            try scene.expectUnchanged("\(point) gave \(answer)", ignoring: step.unrestored)
        }
        try scene.finish()
    }

    @Test("a DEL that fails at any system call can be repeated", arguments: LifecycleStep.all)
    func failedDEL(step: LifecycleStep) async throws {
        let scene = try LifecycleScene(step)
        for point in try scene.pointsOfDEL() {
            try #require(try scene.add().isSuccess)
            let answer = try scene.delete(wrapper: point.failing())
            #expect(try scene.delete().isSilentSuccess, "after \(point) gave \(answer)")
            try scene.expectUnchanged("\(point) gave \(answer)", ignoring: step.unrestored)
        }
        try scene.finish()
    }

    /// A thread that cannot come back from the sandbox ends the program, which then undoes nothing.
    private func hasStopped(_ answer: PluginAnswer, at point: FaultPoint) -> Bool {
        point.call == "setns" && answer.message.contains("broken invariant")
    }
}

extension LifecycleStep {
    /// The link that DEL of `tuning` does not insist on restoring, since it is about to go, and what is recorded of it.
    fileprivate var unrestored: [String] { testDescription == "tuning" ? ["sandbox 0: eth0@", "/c1:eth0.json: "] : [] }
}
