// SPDX-License-Identifier: Apache-2.0

/// Runs `body` with `bytes` as a decoder sees what a kernel sent.
package func withSpan<R, E: Error>(_ bytes: [UInt8], _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try unsafe body(bytes.span.bytes)
}

/// A C struct as the kernel would have sent it.
package func wireBytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
    unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
}
