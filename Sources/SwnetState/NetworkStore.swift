// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// A configuration as it lies in its directory; what it means is for the CNI library to say.
package struct NetworkFile: Hashable, Sendable {
    package let path: FilePath
    package let name: NetworkName
    /// A list of plugins, also when the file holds a single one.
    package let configuration: JSONObject

    package init(path: FilePath, name: NetworkName, configuration: JSONObject) {
        self.path = path
        self.name = name
        self.configuration = configuration
    }
}

/// The configuration directory, which belongs to the runtime and to persons: listed, and changed only on demand.
package struct NetworkStore: Sendable {
    /// What can be read, lists before single plugins, each in the order of the paths; and why some files cannot.
    package struct Listing: Sendable {
        package var files: [NetworkFile] = []
        package var failures: [StateError] = []

        /// The file that a runtime takes for `name`: the first.
        package func file(of name: NetworkName) -> NetworkFile? { files.first { $0.name == name } }
    }

    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Every `.conflist`, then every `.conf` and `.json`. A missing directory has none.
    package func list() throws(StateError) -> Listing {
        let directory = layout.configurationDirectory
        let names = try reporting { () throws(SystemError) in try File.list(directory) }
        var listing = Listing()
        let lists = names.filter { $0.hasSuffix(".conflist") }.sorted(by: isBefore)
        let singles = names.filter { $0.hasSuffix(".conf") || $0.hasSuffix(".json") }.sorted(by: isBefore)
        for name in lists + singles {
            let path = directory.appending(name)
            guard File.isRegular(path) else { continue }
            do throws(StateError) { listing.files.append(try read(path)) } catch { listing.failures.append(error) }
        }
        return listing
    }

    private func read(_ path: FilePath) throws(StateError) -> NetworkFile {
        let content = try reporting { () throws(SystemError) in try File.read(path) }
        do throws(JSONError) {
            let object = try JSONObject(parsing: content)
            let name = try ObjectReader(object).required("name").parse("a network name") { NetworkName($0) }
            guard path.extension != "conflist" else {
                return NetworkFile(path: path, name: name, configuration: object)
            }
            var list: JSONObject = ["name": .string(name.text), "plugins": [.object(object)]]
            list["cniVersion"] = object["cniVersion"]
            return NetworkFile(path: path, name: name, configuration: list)
        } catch { throw .unreadableConfiguration(path, reason: "\(error)") }
    }

    /// Writes the configuration of a new network, so that it survives a power failure, and returns its path.
    ///
    /// - Parameter number: What the file name begins with; runtimes prefer low ones.
    /// - Throws: ``StateError/exists(_:_:)`` when a configuration of that name is there, also if it came there meanwhile.
    package func create(
        _ name: NetworkName, number: Int, configuration: JSONObject
    ) throws(StateError) -> FilePath {
        if let present = try list().file(of: name) { throw .exists(name, present.path) }
        let path = layout.configuration(of: name, number: number)
        var content = configuration.encoded(.indented)
        content.append(UInt8(ascii: "\n"))
        do throws(SystemError) {
            try File.createDirectory(layout.configurationDirectory)
            try AtomicFile.create(content, at: path, durability: .permanent)
        } catch {
            throw error.isAlreadyExists ? .exists(name, path) : .system(error)
        }
        return path
    }

    /// Removes a configuration for good. Returns false when it was not there.
    @discardableResult
    package func remove(_ file: NetworkFile) throws(StateError) -> Bool {
        try reporting { () throws(SystemError) in try AtomicFile.remove(file.path, durability: .permanent) }
    }
}

/// The order of bytes, which is the one that libcni sorts by.
private func isBefore(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
