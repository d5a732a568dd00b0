// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage

/// What the index remembers of one holder: `.swnet/<container>:<interface>`, lines of a key and a value.
///
/// The reference host-local reads every file below the directory and takes one whose content is an owner for a lease.
/// No entry can look like that, since its first line has a space in it.
struct IndexEntry: Hashable {
    struct Address: Hashable {
        let address: IPAddress
        /// Nil for a lease that another program made: of it we know no boot and no sandbox.
        let identity: Lease.Identity?
    }

    let holder: LeaseHolder
    /// The boot in which the addresses with an identity were handed out.
    var boot: String?
    /// The sandbox they were handed out to.
    var sandbox: String?
    var addresses: [Address]

    static let header = "swnet lease index 1"

    var fileName: String { Self.fileName(of: holder) }

    static func fileName(of holder: LeaseHolder) -> String {
        BoundedFileName.make("\(holder.container):\(holder.interface?.text ?? "")")
    }

    var encoded: [UInt8] {
        var text = "\(Self.header)\ncontainer \(holder.container)\n"
        if let interface = holder.interface { text += "interface \(interface)\n" }
        if let boot { text += "boot \(boot)\n" }
        // A path that would break the line is not recorded; such a lease is then kept until DEL or GC.
        if let sandbox, !sandbox.utf8.contains(where: { $0 < 0x20 }) { text += "sandbox \(sandbox)\n" }
        for entry in addresses {
            text += "address \(entry.address)"
            if let identity = entry.identity {
                text += " \(identity.inode) \(identity.modified.seconds) \(identity.modified.nanoseconds)"
            }
            text += "\n"
        }
        return Array(text.utf8)
    }

    init(holder: LeaseHolder, boot: String? = nil, sandbox: String? = nil, addresses: [Address]) {
        self.holder = holder
        self.boot = boot
        self.sandbox = sandbox
        self.addresses = addresses
    }

    /// Nil for anything that ``encoded`` did not write in full.
    init?(_ bytes: [UInt8]) {
        guard bytes.last == UInt8(ascii: "\n") else { return nil }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        guard lines.popFirst() == Self.header[...] else { return nil }
        var (container, interface): (ContainerID?, InterfaceName?)
        var (boot, sandbox): (String?, String?)
        var addresses: [Address] = []
        for line in lines {
            let value = line.drop { $0 != " " }.dropFirst()
            switch line.prefix(while: { $0 != " " }) {
            case "container": container = ContainerID(value)
            case "interface": interface = InterfaceName(value)
            case "boot": boot = String(value)
            case "sandbox": sandbox = String(value)
            case "address":
                guard let address = Address(value) else { return nil }
                addresses.append(address)
            default: return nil
            }
        }
        guard let container else { return nil }
        self.init(
            holder: LeaseHolder(container: container, interface: interface), boot: boot, sandbox: sandbox,
            addresses: addresses)
    }

    /// True when the sandbox went away with an earlier boot, so that the addresses serve nobody.
    func isStale(in currentBoot: String) -> Bool {
        guard let boot, boot != currentBoot, let sandbox else { return false }
        // Process numbers start again with each boot: such a path now names a stranger's namespace, if any.
        return sandbox.hasPrefix("/proc/") || !File.exists(FilePath(sandbox))
    }

    /// True when the sandbox is gone, whichever boot it was of.
    func isAbandoned(in currentBoot: String) -> Bool {
        guard let boot, let sandbox, !sandbox.isEmpty else { return false }
        return boot == currentBoot ? !File.exists(FilePath(sandbox)) : isStale(in: currentBoot)
    }
}

extension IndexEntry.Address {
    fileprivate init?(_ text: Substring) {
        let fields = text.split(separator: " ")
        guard let first = fields.first, let address = IPAddress(first) else { return nil }
        guard fields.count > 1 else {
            self.init(address: address, identity: nil)
            return
        }
        guard fields.count == 4, let inode = UInt64(fields[1]), let seconds = Int64(fields[2]),
            let nanoseconds = Int32(fields[3])
        else { return nil }
        let modified = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        self.init(address: address, identity: Lease.Identity(inode: inode, modified: modified))
    }
}
