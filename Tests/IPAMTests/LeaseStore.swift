// SPDX-License-Identifier: Apache-2.0
import IPAM
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// A store of its own with one network, `n1`, and shorthand for what the tests do to it.
struct LeaseStore {
    let root: TemporaryDirectory
    var boot = "boot-1"
    var deadline = 30_000

    init() throws { root = try TemporaryDirectory() }

    var path: FilePath { root.path.appending("n1") }

    /// The sandbox of every owner; it exists.
    var sandbox: String { root.path.string }

    func withLeases<R>(_ body: (inout Leases) throws(IPAMError) -> R) throws -> R {
        try directory().withExclusiveLock(body)
    }

    func directory() throws -> LeaseDirectory {
        LeaseDirectory(root.path, network: try #require(NetworkName("n1")), boot: boot, deadline: deadline)
    }

    /// ADD; returns the addresses as text.
    @discardableResult
    func add(
        _ container: String, to plan: AddressPlan, requesting wanted: [String] = [], sandbox: String? = nil
    ) throws -> [String] {
        let owner = LeaseOwner(try attachment(container), sandbox: sandbox ?? self.sandbox)
        let wanted = wanted.compactMap { IPAddress($0) }
        return try withLeases { leases throws(IPAMError) in
            try leases.allocate(from: plan, to: owner, requesting: wanted)
        }.map(\.address.address.description)
    }

    /// DEL; returns the addresses as text.
    @discardableResult
    func delete(_ container: String) throws -> [String] {
        let attachment = try attachment(container)
        return try directory().withExclusiveLockIfPresent { leases throws(IPAMError) in
            try leases.release(heldBy: attachment)
        }?.map(\.description) ?? []
    }

    func held(by container: String) throws -> [String] {
        let attachment = try attachment(container)
        return try withLeases { leases throws(IPAMError) in try leases.addresses(heldBy: attachment) }
            .map(\.description)
    }

    func attachment(_ container: String, _ interface: String = "eth0") throws -> AttachmentID {
        AttachmentID(
            container: try #require(ContainerID(container)), interface: try #require(InterfaceName(interface)))
    }

    /// Names of the lease files, sorted.
    func files() throws -> [String] {
        try File.list(path).filter { IPAddress($0) != nil }.sorted()
    }

    func content(_ name: String) throws -> String {
        String(decoding: try File.read(path.appending(name)), as: UTF8.self)
    }

    /// Writes behind our back, as any other program would.
    func write(_ content: String, to name: String) throws {
        try File.createDirectory(path)
        try OwnedDescriptor(
            opening: path.appending(name), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite
        ).writeAll(Array(content.utf8), name)
    }
}

/// A plan with one set of each subnet.
func plan(_ subnets: String...) throws -> AddressPlan {
    try AddressPlan(ranges: subnets.map { [try AddressRange(subnet: try #require(IPPrefix($0)))] })
}
