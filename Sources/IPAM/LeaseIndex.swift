// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage

/// Who holds what, by holder: files in `.swnet` beside the leases, so that finding an owner's addresses reads one file
/// and not all. Derived data: whatever it says is checked against the lease before it is acted upon.
///
/// The index is complete when the directory's own modification time is one that only ``seal()`` gives it: a moment
/// in the years 1971 to 1990, computed from the boot and the directory. Whoever adds or removes a lease, the reference
/// host-local included, makes the kernel set the present time there, whatever the resolution of its clock; and after a
/// reboot or a copy of the directory another moment is expected. In all these cases the index is made anew.
struct LeaseIndex {
    private let leases: FilePath
    private let directory: FilePath
    private let boot: String
    private var isKnownComplete = false
    private var isSealed = false
    private var device: UInt64 = 0
    private var inode: UInt64 = 0

    init(of leases: FilePath, boot: String) {
        self.leases = leases
        self.boot = boot
        directory = leases.appending(".swnet")
    }

    /// True when nobody changed the leases since the index was sealed.
    mutating func isComplete() throws(SystemError) -> Bool {
        guard !isKnownComplete else { return true }
        guard let status = try FileStatus.ofFile(at: leases) else {
            throw SystemError("read \(leases)", .noSuchFileOrDirectory)
        }
        (device, inode) = (status.device, status.inode)
        guard status.modified == mark else { return false }
        isKnownComplete = true
        isSealed = true
        return true
    }

    /// Declares what was just written to be the whole truth.
    mutating func becomeComplete() { isKnownComplete = true }

    /// Says on disk that the index is complete.
    ///
    /// Without the right to do so the index is made anew next time, which is slow but no less correct.
    func seal() {
        guard isKnownComplete, !isSealed else { return }
        _ = try? File.setModified(leases, mark)
    }

    /// To be called with every change of the lease directory.
    mutating func breakSeal() { isSealed = false }

    private var mark: Timestamp {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(boot) \(device) \(inode)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // Whole seconds, because not every file system keeps fractions.
        return Timestamp(seconds: 31_536_000 + Int64(hash % 600_000_000))
    }

    func entry(of holder: LeaseHolder, _ work: inout Leases.Work) throws(IPAMError) -> IndexEntry? {
        guard let entry = try entry(named: IndexEntry.fileName(of: holder), &work) else { return nil }
        return entry.holder == holder ? entry : nil
    }

    /// Nil when there is no file of that name, or one that we did not write.
    func entry(named name: String, _ work: inout Leases.Work) throws(IPAMError) -> IndexEntry? {
        work.fileOperations += 1
        do throws(SystemError) {
            let bytes = try File.readIfPresent(directory.appending(name), limit: Self.maximumSize)
            return bytes.flatMap { IndexEntry($0) }
        } catch {
            if error.errno == .isDirectory || error.errno == .fileTooLarge { return nil }
            throw .system(error)
        }
    }

    private static let maximumSize = 4 << 20

    func names(_ work: inout Leases.Work) throws(IPAMError) -> [String] {
        work.directoryReads += 1
        return try reporting { () throws(SystemError) in try File.list(directory) }
    }

    /// Adds or replaces the entry of a holder.
    func write(_ entry: IndexEntry, _ work: inout Leases.Work) throws(IPAMError) {
        work.fileOperations += 1
        let path = directory.appending(entry.fileName)
        // Not by renaming: a torn entry belongs to a directory that was not sealed and is replaced by the next ADD.
        try reporting { () throws(SystemError) in
            try OwnedDescriptor(
                opening: path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite
            ).writeAll(entry.encoded, path.string)
        }
    }

    func remove(_ holder: LeaseHolder, _ work: inout Leases.Work) throws(IPAMError) {
        try remove(named: IndexEntry.fileName(of: holder), &work)
    }

    func remove(named name: String, _ work: inout Leases.Work) throws(IPAMError) {
        work.fileOperations += 1
        do throws(SystemError) { try File.remove(directory.appending(name)) } catch {
            // A directory is none of our entries, so it cannot mislead anybody.
            if error.errno != .isDirectory { throw .system(error) }
        }
    }

    /// Where a lease is written before it gets its name. The lock admits one writer, so one name is enough.
    var stagingPath: FilePath { directory.appending("~lease") }

    func makeDirectory() throws(IPAMError) {
        try reporting { () throws(SystemError) in
            try File.createDirectory(directory, permissions: .ownerReadWriteExecute)
        }
    }
}
