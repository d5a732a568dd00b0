// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Both ends of a pipe(2), close-on-exec; each is closed once.
final class Pipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        try check("create a pipe") { unsafe swnet_pipe_cloexec(&ends) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        closeReadEnd()
        closeWriteEnd()
    }

    func closeReadEnd() {
        if readEnd >= 0 { close(readEnd) }
        readEnd = -1
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }
}
