// SPDX-License-Identifier: Apache-2.0

/// How much of everything there may be, so that nobody's questions take the memory or the time of the others'.
package struct ResolverLimits: Hashable, Sendable {
    /// Different questions that wait for servers, and how many of them one address may cause.
    package var lookups = 1024
    package var lookupsPerClient = 128
    /// Who waits for the answer to one question.
    package var waiters = 128
    /// In the cache: answers, and octets of all of them together.
    package var cachedAnswers = 4096
    package var cachedOctets = 1 << 20
    /// Octets of a UDP answer, whatever its receiver says it can take.
    package var datagram = 4096

    package init() {}
}
