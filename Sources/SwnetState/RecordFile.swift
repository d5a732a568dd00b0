// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// Reading and writing of one JSON object with a version, which readers never see half-written.
enum RecordFile {
    /// No record of ours comes near it.
    static let maximumSize = 4 << 20

    /// Nil when there is no file.
    ///
    /// - Parameter version: The only one that `decode` understands.
    static func read<Record>(
        _ path: FilePath, version: Int, decode: (JSONObject) throws(JSONError) -> Record
    ) throws(StateError) -> Record? {
        let content: [UInt8]?
        do throws(SystemError) { content = try File.readIfPresent(path, limit: maximumSize) } catch {
            if error.errno == .fileTooLarge || error.errno == .isDirectory {
                throw .corrupt(path, reason: "\(error.errno)")
            }
            throw .system(error)
        }
        guard let content else { return nil }
        let parsed: (version: Int, object: JSONObject)
        do throws(JSONError) {
            let object = try JSONObject(parsing: content)
            parsed = (try ObjectReader(object).required("version").int(), object)
        } catch { throw .corrupt(path, reason: "\(error)") }
        guard parsed.version == version else { throw .unknownVersion(path, version: parsed.version) }
        do throws(JSONError) { return try decode(parsed.object) } catch { throw .corrupt(path, reason: "\(error)") }
    }

    /// The caller holds a lock that keeps other writers away.
    static func write(_ object: JSONObject, to path: FilePath) throws(StateError) {
        do throws(SystemError) { try AtomicFile.write(object.encoded(), to: path, writers: .one) } catch {
            guard error.isNotFound else { throw .system(error) }
            // Making the directory only when it is missing keeps a system call off the usual path.
            try reporting { () throws(SystemError) in
                try File.createDirectory(path.removingLastComponent())
                try AtomicFile.write(object.encoded(), to: path, writers: .one)
            }
        }
    }

    /// Removes a record, whatever its content, and what a killed writer left of another. The caller holds the lock.
    /// Returns false when there was none.
    static func remove(_ path: FilePath) throws(SystemError) -> Bool { try AtomicFile.remove(path, writers: .one) }

    /// Names of the record files in a directory, sorted; temporary files of writers are hidden ones.
    static func list(_ directory: FilePath) throws(StateError) -> [String] {
        try reporting { () throws(SystemError) in try File.list(directory) }.filter(isRecord).sorted()
    }

    static func isRecord(_ name: String) -> Bool {
        name.utf8.first != UInt8(ascii: ".") && name.hasSuffix(StateLayout.recordExtension)
    }
}
