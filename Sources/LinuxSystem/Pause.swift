// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Lets `milliseconds` pass. For waiting on what the kernel finishes in its own time and sends no news of.
package func pause(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }
