// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
package import SystemPackage

/// What a resolver configuration file says. resolv.conf(5).
package struct ResolvConf: Hashable, Sendable {
    /// As written, because an address of link scope has a zone.
    package var nameservers: [String] = []
    package var domain: String?
    package var search: [String] = []
    package var options: [String] = []

    /// Larger files are refused with `EFBIG`.
    package static let maximumSize = 1 << 20

    package init(reading path: FilePath) throws(SystemError) {
        self.init(try File.read(path, limit: Self.maximumSize))
    }

    /// Every line that is understood counts, as in the reference: lists grow, the last domain wins. Others are skipped.
    package init(_ bytes: [UInt8]) {
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let fields = line.split { $0 == 0x20 || (0x09...0x0d).contains($0) }
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count >= 2 else { continue }
            switch fields[0] {
            case "nameserver": nameservers.append(fields[1])
            case "domain": domain = fields[1]
            case "search": search += fields[1...]
            case "options": options += fields[1...]
            default: continue
            }
        }
    }
}
