// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// A directory of network configurations, such as runtimes keep.
package struct NetworkDirectory: Sendable {
    package let path: FilePath

    package init(_ path: FilePath) { self.path = path }

    /// The configuration files: lists, then single plugins, each sorted by the bytes of the name. A missing directory
    /// has none.
    package func files() throws(CNIError) -> [FilePath] {
        let names = try listDirectory(path)
        let lists = names.filter { $0.extension == "conflist" }
        let singles = names.filter { ["conf", "json"].contains($0.extension) }
        return (lists + singles).map { path.appending($0) }.filter(File.isRegular)
    }

    /// The first network of this name; nil when there is none.
    ///
    /// The CNI library gives up at the first file that it cannot read, even when another one has the name. Here such a
    /// file counts only when no other has it.
    package func network(named name: NetworkName) throws(CNIError) -> NetworkList? {
        var firstFailure: CNIError?
        for file in try files() {
            do throws(CNIError) {
                let list = try NetworkList(file: file)
                if list.name == name { return list }
            } catch { firstFailure = firstFailure ?? error }
        }
        if let firstFailure { throw firstFailure }
        return nil
    }
}

/// Plugin objects beside a list: `*.conf`, in the order of their names.
func additionalPlugins(in directory: FilePath) throws(CNIError) -> [ObjectReader] {
    var plugins: [ObjectReader] = []
    for name in try listDirectory(directory) where name.extension == "conf" {
        let file = directory.appending(name)
        do throws(CNIError) {
            let text = try readConfiguration(file)
            plugins.append(ObjectReader(try decoding { () throws(JSONError) in try JSONObject(parsing: text) }))
        } catch { throw error.prefixed("\(file): ") }
    }
    return plugins
}

func readConfiguration(_ file: FilePath) throws(CNIError) -> [UInt8] {
    do throws(SystemError) { return try File.read(file, limit: JSON.maximumSize) } catch {
        throw CNIError(.ioFailure, "\(error.errno)")
    }
}

/// Names sorted by their bytes; none when the directory is missing.
private func listDirectory(_ path: FilePath) throws(CNIError) -> [FilePath.Component] {
    do throws(SystemError) {
        let names = try File.list(path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return names.compactMap { FilePath.Component($0) }
    } catch { throw CNIError(.ioFailure, "\(error)") }
}
