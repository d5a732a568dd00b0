// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// `swnet inspect`: everything about networks, for people and programs.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show everything about networks, as JSON.",
        discussion: """
            Prints an array with an object for each network: its configuration file, the state of its bridge in the \
            kernel (null while nothing is attached), the containers attached to it, and the kernel settings that swnet \
            changed for it.
            """)

    @Argument(help: ArgumentHelp("Network; several are allowed.", valueName: "network"))
    var names: [NetworkName]
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        let listing = try NetworkStore(layout).list()
        for failure in listing.failures { Terminal.warn("\(failure)") }
        let endpoints = try EndpointView.all(layout)
        var kernel = try RouteSocket()
        var objects: [JSON] = []
        for name in names {
            guard let file = listing.file(of: name) else { throw Failure.noNetwork(name) }
            let views = endpoints.filter { $0.network == name }
            objects.append(.object(try Self.describe(file, views, layout, &kernel)))
        }
        Terminal.show(.array(objects))
    }

    private static func describe(
        _ file: NetworkFile, _ endpoints: [EndpointView], _ layout: StateLayout, _ kernel: inout RouteSocket
    ) throws -> JSONObject {
        let summary = NetworkSummary(file)
        let state = try NetworkStateStore(layout).read(file.name)
        var object: JSONObject = ["name": .string(file.name.text), "file": .string(file.path.string)]
        object["configuration"] = .object(file.configuration)
        let bridge = try (state?.bridge ?? summary.bridge).flatMap { name throws(NetlinkError) in
            try BridgeState(name, &kernel)
        }
        object["bridge"] = bridge?.json ?? .null
        object["endpoints"] = .array(endpoints.map(\.json))
        object["sysctls"] = .array(
            (state?.sysctls ?? []).map { ["key": .string($0.key), "previous": .string($0.previous)] })
        return object
    }
}
