// SPDX-License-Identifier: Apache-2.0

/// Which servers answered lately, so that a dead one costs its waiting time once and not with every question.
struct ServerHealth: Sendable {
    /// How long a silent server is left alone, in milliseconds.
    private static let pause = 30_000

    /// When to try a silent server again.
    private var silent: [Upstream: MonotonicTime] = [:]

    /// The servers in the order to ask them: as given, the silent ones last.
    func order(_ upstreams: [Upstream]) -> [Upstream] {
        silent.isEmpty
            ? upstreams : upstreams.filter { silent[$0] == nil } + upstreams.filter { silent[$0] != nil }
    }

    mutating func isSilent(_ upstream: Upstream, at now: MonotonicTime) {
        silent[upstream] = now.advanced(milliseconds: Self.pause)
    }

    mutating func hasAnswered(_ upstream: Upstream) {
        if !silent.isEmpty { silent[upstream] = nil }
    }

    /// A silent server whose pause is over; it gets another one at once, so that one question tries it and not all.
    mutating func serverToTry(_ upstreams: [Upstream], at now: MonotonicTime) -> Upstream? {
        guard let upstream = upstreams.first(where: { silent[$0].map { $0 <= now } ?? false }) else { return nil }
        isSilent(upstream, at: now)
        return upstream
    }

    /// Forgets servers that are no longer asked.
    mutating func removeAll() { silent = [:] }
}
