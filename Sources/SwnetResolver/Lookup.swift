// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// A question on its way to servers, and who waits for its answer.
struct Lookup: Sendable {
    struct Waiter: Sendable {
        let client: Client
        let query: Message
    }

    struct Exchange: Sendable {
        let upstream: Upstream
        let transport: Client.Transport
        let messageID: UInt16
        let hasEDNS: Bool
    }

    let key: LookupKey
    /// Whose limit the lookup counts against.
    let owner: IPAddress
    /// Each server once, the best first.
    let upstreams: [Upstream]
    /// When everybody who waits is told that nothing came.
    let expires: MonotonicTime
    var waiters: [Waiter]
    var exchanges: [ExchangeID: Exchange] = [:]
    /// How often a server was chosen.
    var attempts = 0
    /// When to ask the next server as well.
    var next: MonotonicTime
    /// Servers that will give no answer to this question.
    var failed: Set<Upstream> = []

    var deadline: MonotonicTime { min(next, expires) }

    /// The next one in turn that has not failed; nil when all have.
    mutating func nextServer() -> Upstream? {
        for _ in upstreams {
            let upstream = upstreams[attempts % upstreams.count]
            attempts += 1
            if !failed.contains(upstream) { return upstream }
        }
        return nil
    }
}
