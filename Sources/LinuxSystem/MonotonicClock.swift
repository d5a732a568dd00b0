// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The clock that nobody sets.
package enum MonotonicClock {
    /// Milliseconds since some moment before this process began.
    package static func milliseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
