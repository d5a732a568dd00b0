// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// Why state could not be read or written.
package enum StateError: Error, Hashable, Sendable {
    case system(SystemError)
    /// Another process kept a lock for too long; trying again later may help.
    case locked(SystemError)
    /// A record is torn or was not written by swnet. `reason` says what is wrong with it.
    case corrupt(FilePath, reason: String)
    /// A record was written by a newer swnet.
    case unknownVersion(FilePath, version: Int)
    /// A file of the configuration directory is no configuration of a network.
    case unreadableConfiguration(FilePath, reason: String)
    /// The network has a configuration already.
    case exists(NetworkName, FilePath)
    /// A sandbox of that name is there already.
    case nameTaken(String)
}

extension StateError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .locked(let error): "\(error): another process holds the lock for too long; try again later"
        case .corrupt(let path, let reason): "read \(path): not a record of swnet: \(reason)"
        case .unknownVersion(let path, let version):
            "read \(path): the record has version \(version), which only a newer swnet can read; use that one"
        case .unreadableConfiguration(let path, let reason): "read \(path): \(reason)"
        case .nameTaken(let name): "a sandbox named \(name) exists already; choose another name"
        case .exists(let name, let path): "network \(name) exists already, in \(path)"
        }
    }
}

extension StateError {
    /// True when the file is there but tells nothing, so that whoever cleans up may go on without it.
    package var isCorrupt: Bool {
        if case .corrupt = self { true } else { false }
    }
}

/// Runs `body`, with what the system refused as a ``StateError``.
func reporting<R>(_ body: () throws(SystemError) -> R) throws(StateError) -> R {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}
