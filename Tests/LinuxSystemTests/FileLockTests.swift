// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct FileLockTests {
    @Test("a held lock refuses a second holder at the deadline, and is free after the scope") func exclusion() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path.appending("lock")
        try withFileLock(path) { () throws(SystemError) in
            let refusal = #expect(throws: SystemError.self) { _ = try FileLock(path: path, deadline: 5) }
            #expect(refusal?.errno == .wouldBlock)
        }
        _ = try FileLock(path: path, deadline: 0)
    }
}
