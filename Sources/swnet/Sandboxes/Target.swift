// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
package import SwnetState
package import SystemPackage

/// A sandbox that can be connected to networks, whoever made it.
package struct Target: Hashable, Sendable {
    package let id: ContainerID
    package var name: String?
    package let namespace: FilePath
    /// True for a sandbox of `swnet run`.
    package let isOurs: Bool

    package init(id: ContainerID, name: String?, namespace: FilePath, isOurs: Bool) {
        self.id = id
        self.name = name
        self.namespace = namespace
        self.isOurs = isOurs
    }

    /// What messages call it.
    package var title: String { name ?? String(id.text.prefix(12)) }

    /// False when the sandbox does not exist any more.
    package var exists: Bool { File.exists(namespace) }
}

extension Target {
    package init(_ record: SandboxRecord, _ layout: StateLayout) {
        self.init(id: record.id, name: record.name, namespace: layout.namespace(of: record), isOurs: true)
    }

    package init(_ record: ConnectionRecord) {
        self.init(id: record.id, name: record.name, namespace: record.namespace, isOurs: false)
    }
}

/// Every sandbox that swnet knows of, to be found by what a person types.
package struct Targets: Sendable {
    package let all: [Target]

    package init(
        sandboxes: [SandboxRecord], endpoints: [EndpointRecord], connections: [ConnectionRecord], _ layout: StateLayout
    ) {
        var targets = sandboxes.map { Target($0, layout) }
        var known: [ContainerID: Int] = [:]
        for (position, target) in targets.enumerated() { known[target.id] = position }
        let others =
            endpoints.map {
                Target(
                    id: $0.attachment.container, name: $0.name, namespace: FilePath($0.sandbox), isOurs: false)
            }
            + connections.map { Target($0) }
        for target in others {
            if let position = known[target.id] {
                // Some plugins of a container are told its name, others are not.
                targets[position].name = targets[position].name ?? target.name
            } else {
                known[target.id] = targets.count
                targets.append(target)
            }
        }
        all = targets
    }

    /// The sandbox that `text` means: its name, its id, or a beginning of the id that fits no other one.
    ///
    /// - Throws: a sentence with the candidates when there are several; nil when there is none.
    package func target(named text: String) throws(Failure) -> Target? {
        let exact = all.filter { $0.name == text || $0.id.text == text }
        let matching = exact.isEmpty && !text.isEmpty ? all.filter { $0.id.text.hasPrefix(text) } : exact
        // A name is often given again, to the successor of what is gone.
        let living = matching.filter(\.exists)
        let candidates = living.isEmpty ? matching : living
        guard candidates.count > 1 else { return candidates.first }
        throw .ambiguous(text, candidates.map { $0.name == nil || $0.name == text ? Self.short($0.id) : $0.title })
    }

    private static func short(_ id: ContainerID) -> String { String(id.text.prefix(12)) }

    /// That there is none, with those that may have been meant.
    package func unknown(_ text: String) -> Failure {
        let names = all.filter(\.exists).map(\.title)
        return .noTarget(text, nearest: nearestNames(to: text, among: names))
    }
}

extension Targets {
    static func current(_ layout: StateLayout) throws(StateError) -> Targets {
        Targets(
            sandboxes: try SandboxStore(layout).list().sandboxes,
            endpoints: try EndpointStore(layout).list().endpoints,
            connections: try ConnectionStore(layout).list().connections, layout)
    }

    /// The sandbox that `text` means: a name, an id, the beginning of one, a process id, or the path of a namespace.
    func find(_ text: String) throws -> Target {
        if text.contains("/") { return try target(at: FilePath(text)) }
        // A name of digits is a name; digits that are nobody's name are a process before they are the beginning of an id.
        if !all.contains(where: { $0.name == text || $0.id.text == text }), let number = Int32(text), number > 0 {
            let process = RunningProcess(number)
            if process.exists { return try target(at: process.networkNamespace) }
        }
        guard let target = try target(named: text) else { throw unknown(text) }
        return target
    }

    /// The sandbox with that namespace, under whatever path it is known.
    private func target(at path: FilePath) throws -> Target {
        let identity = try NetworkNamespace(path: path).identity()
        guard try identity != NetworkNamespace.current().identity() else {
            throw Failure("\(path) is the network of this host itself: name a sandbox")
        }
        let known = all.first { target in
            // What cannot be opened is another one, or gone.
            (try? NetworkNamespace(path: target.namespace).identity()) == identity
        }
        return known ?? Target(id: .random(), name: nil, namespace: path, isOurs: false)
    }
}
