// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The leases of a network while its lock is held; only ``LeaseDirectory`` makes one.
package struct Leases: ~Copyable {
    /// How much was done to the file system: what a test can assert where time cannot be.
    package struct Work: Hashable, Sendable {
        /// Directories read from beginning to end.
        package var directoryReads = 0
        /// Files opened, linked or removed, or an attempt at it.
        package var fileOperations = 0
    }

    let directory: FilePath
    let boot: String
    var index: LeaseIndex
    package internal(set) var work = Work()

    init(_ directory: FilePath, boot: String) {
        self.directory = directory
        self.boot = boot
        index = LeaseIndex(of: directory, boot: boot)
    }

    /// Vouches for the index on the way out.
    mutating func finish() { index.seal() }

    /// Who holds `address`; nil when it is free.
    package mutating func lease(of address: IPAddress) throws(IPAMError) -> Lease? {
        guard let found = try read(address), found.content != .torn else { return nil }
        return found.lease
    }

    /// The addresses of `attachment`, those of leases that name its container only included when there are no others.
    package mutating func addresses(heldBy attachment: AttachmentID) throws(IPAMError) -> [IPAddress] {
        guard let entry = try entry(of: attachment) else { return [] }
        var held: [IPAddress] = []
        for listed in entry.addresses where try read(listed.address)?.content == .held(by: entry.holder) {
            held.append(listed.address)
        }
        return held
    }

    /// Takes back every address of `attachment`, whichever program reserved it.
    ///
    /// Releasing what is not held succeeds and returns nothing.
    package mutating func release(heldBy attachment: AttachmentID) throws(IPAMError) -> [IPAddress] {
        unstage()
        guard let entry = try entry(of: attachment) else { return [] }
        var released: [IPAddress] = []
        for held in entry.addresses where try remove(held.address, ifHeldBy: entry.holder) {
            released.append(held.address)
        }
        try index.remove(entry.holder, &work)
        return released
    }

    /// The index entry of `attachment`, else the one of its container alone.
    mutating func entry(of attachment: AttachmentID) throws(IPAMError) -> IndexEntry? {
        try prepareIndex()
        if let entry = try index.entry(of: LeaseHolder(attachment), &work) { return entry }
        return try index.entry(of: LeaseHolder(container: attachment.container, interface: nil), &work)
    }

    /// Removes the lease file of `address` unless it belongs to somebody else by now.
    mutating func remove(_ address: IPAddress, ifHeldBy holder: LeaseHolder) throws(IPAMError) -> Bool {
        guard let found = try read(address), found.content == .held(by: holder) else { return false }
        return try removeFile(of: address)
    }

    @discardableResult
    mutating func removeFile(of address: IPAddress) throws(IPAMError) -> Bool {
        work.fileOperations += 1
        index.breakSeal()
        return try reporting { () throws(SystemError) in try File.remove(path(of: address)) }
    }

    func path(of address: IPAddress) -> FilePath { directory.appending(address.description) }

    /// The file of `address`; nil when there is none.
    mutating func read(_ address: IPAddress) throws(IPAMError) -> (lease: Lease, content: LeaseContent)? {
        work.fileOperations += 1
        return try reporting { () throws(SystemError) in try Self.readFile(path(of: address), address) }
    }

    private static func readFile(
        _ path: FilePath, _ address: IPAddress
    ) throws(SystemError) -> (lease: Lease, content: LeaseContent)? {
        do throws(SystemError) {
            // Neither a link nor a pipe that somebody put there may lead or hold us elsewhere.
            let file = try OwnedDescriptor(opening: path, options: [.noFollow, .nonBlocking])
            let status = try file.status(path.string)
            var content = LeaseContent.unknown
            if status.kind == .regular, status.size <= maximumSize {
                content = LeaseContent(try file.readToEnd(limit: maximumSize, path.string))
            }
            var holder: LeaseHolder?
            if case .held(let owner) = content { holder = owner }
            let identity = Lease.Identity(status)
            return (Lease(address: address, holder: holder, since: status.modified, identity: identity), content)
        } catch {
            if error.isNotFound { return nil }
            guard error.errno == .tooManySymbolicLinkLevels else { throw error }
            let identity = Lease.Identity(inode: 0, modified: Timestamp.now())
            return (Lease(address: address, holder: nil, since: Timestamp.now(), identity: identity), .unknown)
        }
    }

    /// No environment variable, and so no container id, is longer.
    private static let maximumSize = 131_072 + 64

    /// Every address with a file, sorted.
    mutating func reservedAddresses() throws(IPAMError) -> [IPAddress] {
        work.directoryReads += 1
        let names = try reporting { () throws(SystemError) in try File.list(directory) }
        // A name in another spelling is no lease: nobody would look for it there.
        return names.compactMap { name in IPAddress(name).flatMap { $0.description == name ? $0 : nil } }.sorted()
    }
}

/// Runs `body`, with what the system refused as an ``IPAMError``.
func reporting<R>(_ body: () throws(SystemError) -> R) throws(IPAMError) -> R {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}
