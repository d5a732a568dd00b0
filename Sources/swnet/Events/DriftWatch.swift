// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import SwnetPipeline
internal import SwnetState

/// Notices when the kernel does not have any more what networks made in it.
///
/// The kernel's news only say when to look. While something is attached or detached, records and kernel differ for a
/// moment, so what differs counts when it does so twice, a while apart.
struct DriftWatch: ~Copyable {
    private let layout: StateLayout
    private var interfaces: NetlinkMonitor
    private var rules: NetlinkMonitor
    private var known: [UpkeepStep] = []
    /// What differed at the last look but was not told yet.
    private var suspected: [UpkeepStep]?
    /// When to look next; nil for when there is news.
    private(set) var nextLook: Int?
    private var hasWarned = false

    /// Between news and a look, and between two looks, in milliseconds.
    private static let calm = 400

    init(_ layout: StateLayout) throws {
        self.layout = layout
        let interfaces = try NetlinkMonitor.interfaces()
        let rules = try NetlinkMonitor.rules()
        self.interfaces = interfaces
        self.rules = rules
        // What has drifted already is told at once.
        nextLook = MonotonicClock.milliseconds()
    }

    func watch(by poll: borrowing EventPoll, token: UInt64) throws(SystemError) {
        try interfaces.watch(by: poll, token: token)
        try rules.watch(by: poll, token: token)
    }

    /// Takes the kernel's news, or notes that records changed.
    mutating func takeNews(recordsChanged: Bool) throws {
        var hasNews = recordsChanged
        let isComplete = try interfaces.takeMessages { _, _ in hasNews = true }
        let areComplete = try rules.takeMessages { _, _ in hasNews = true }
        guard hasNews || !isComplete || !areComplete, nextLook == nil else { return }
        nextLook = MonotonicClock.milliseconds() + Self.calm
    }

    /// What happened, if it is time to look.
    mutating func takeEvents() throws -> [HostEvent.Kind] {
        guard let moment = nextLook, MonotonicClock.milliseconds() >= moment else { return [] }
        let steps = look()
        let fresh = steps.filter { !known.contains($0) }
        let confirmed = fresh.filter { suspected?.contains($0) ?? false }
        let restored = known.filter { !steps.contains($0) }
        known = known.filter { steps.contains($0) } + confirmed
        let unsure = fresh.filter { !confirmed.contains($0) }
        suspected = unsure.isEmpty ? nil : unsure
        nextLook = unsure.isEmpty ? nil : MonotonicClock.milliseconds() + Self.calm
        return confirmed.map { .drift($0) } + restored.map { .restored($0) }
    }

    private mutating func look() -> [UpkeepStep] {
        do throws(CNIError) {
            var repair = try HostRepair(layout, .plan)
            try repair.run()
            return repair.log.steps
        } catch {
            if !hasWarned { Terminal.warn("cannot look for drift: \(error): run it as root") }
            hasWarned = true
            return known
        }
    }
}
