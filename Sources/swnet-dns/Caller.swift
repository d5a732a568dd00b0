// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem

/// A program of this host at the control socket: lines come in, a line goes out for each.
final class Caller {
    private static let longestLine = 1 << 16

    let stream: Stream
    let token: UInt64
    private var input: [UInt8] = []

    init(_ stream: consuming Stream, token: UInt64) {
        self.stream = stream
        self.token = token
    }

    /// Takes what arrived; returns the lines that are complete, or nil when the other end is done or makes no sense.
    func receive(_ buffer: inout [UInt8]) -> [[UInt8]]? {
        switch stream.receive(into: &buffer) {
        case .nothing: return []
        case .end: return nil
        case .octets(let count):
            input += buffer[..<count]
            var lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
            input = lines.popLast() ?? []
            return input.count <= Self.longestLine ? lines : nil
        }
    }

    /// Returns false when the other end does not take the answer; it has more room than any of ours is long.
    func send(_ line: [UInt8]) -> Bool { stream.send((line + [UInt8(ascii: "\n")])[...]) == line.count + 1 }
}
