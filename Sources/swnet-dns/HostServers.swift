// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SwnetResolver
internal import SystemPackage

/// The name servers of the host, as its resolv.conf has them at the moment.
///
/// One stat(2) before a question goes out sees every way of changing the file, which watching it does not: written in
/// place, replaced, a symbolic link led elsewhere, its directory exchanged.
struct HostServers {
    private static let largest = 1 << 16

    private let path: FilePath
    private var status: FileStatus?
    private var isRead = false

    init(_ path: FilePath) { self.path = path }

    /// The servers, if they may be others than at the last call; none when the file is missing. One that cannot be read
    /// changes nothing.
    mutating func ifChanged() -> [Upstream]? {
        do throws(SystemError) {
            let current = try FileStatus.ofFile(at: path)
            guard !isRead || current != status else { return nil }
            let content = current == nil ? [] : try File.read(path, limit: Self.largest)
            status = current
            isRead = true
            return Upstream.list(resolvConf: String(decoding: content, as: UTF8.self))
        } catch { return nil }
    }
}
