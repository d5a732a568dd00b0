// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Release programs carry the Swift runtime and libstdc++ and sit at a fixed address: dynamic linking of
/// either costs more than a whole CNI ADD. Nothing looks their symbols up, so none is exported. `.build/link` holds only
/// `libstdc++.a`; `scripts/build` makes it.
let linking: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-static-stdlib", "-L.build/link", "-Xclang-linker", "-static-libgcc",
            "-Xclang-linker", "-no-pie", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=all",
            "-Xlinker", "--no-export-dynamic",
        ],
        .when(configuration: .release))
]

/// argument-parser brings FoundationEssentials, whose static archives name each other only in a static build.
let argumentParserLinking: [LinkerSetting] = [
    .unsafeFlags(["-l_FoundationCollections", "-l_FoundationCShims"], .when(configuration: .release))
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path, exclude: readme(path), swiftSettings: settings)
}

func program(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, linking extra: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path, swiftSettings: settings, linkerSettings: linking + extra)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: ["TestSupport"] + dependencies, swiftSettings: settings)
}

/// Every folder of a CNI type holds its manual page, which is not a source file.
func readme(_ path: String?) -> [String] { path == nil ? [] : ["README.md"] }

/// What a plugin may import (`SwnetPipeline` and what that may import).
let pipeline: [Target.Dependency] = [
    "SwnetPipeline", "SwnetState", "CNI", "IPAM", "NFTables", "Netlink", "LinuxSystem", "JSON", "NetworkTypes", system,
]
let plugins: [Target.Dependency] = [
    "BridgePlugin", "DNSNamePlugin", "FirewallPlugin", "HostLocalPlugin", "LoopbackPlugin", "PortMapPlugin",
    "StaticPlugin", "SwnetPlugin", "TuningPlugin",
]

let package = Package(
    name: "swnet",
    products: [
        .executable(name: "swnet-cni", targets: ["swnet-cni"]),
        .executable(name: "swnet", targets: ["swnet"]),
        .executable(name: "swnet-dns", targets: ["swnet-dns"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .systemLibrary(name: "CNetlink", providers: [.apt(["libmnl-dev", "libnftnl-dev"])]),
        .target(name: "CLinux"),
        library("NetworkTypes"),
        library("JSON"),
        library("LinuxSystem", ["CLinux", "NetworkTypes", system]),
        library("Netlink", ["CNetlink", "LinuxSystem", "NetworkTypes", system]),
        library("NFTables", ["CNetlink", "Netlink", "NetworkTypes", system]),
        library("CNI", ["JSON", "LinuxSystem", "NetworkTypes", system]),
        library("IPAM", ["JSON", "LinuxSystem", "NetworkTypes", system]),
        library("DNSWire", ["NetworkTypes"]),
        library("SwnetState", ["JSON", "LinuxSystem", "NetworkTypes", system]),
        library("SwnetResolver", ["DNSWire", "SwnetState", "NetworkTypes"]),
        library(
            "SwnetPipeline",
            [
                "SwnetState", "CNI", "IPAM", "NFTables", "Netlink", "LinuxSystem", "JSON", "NetworkTypes", system,
            ]),

        library(
            "SwnetPlugin",
            pipeline + ["BridgePlugin", "DNSNamePlugin", "PortMapPlugin", "FirewallPlugin", "TuningPlugin"],
            path: "plugins/main/swnet"),
        library("BridgePlugin", pipeline, path: "plugins/main/bridge"),
        library("LoopbackPlugin", pipeline, path: "plugins/main/loopback"),
        library("HostLocalPlugin", pipeline, path: "plugins/ipam/host-local"),
        library("StaticPlugin", pipeline, path: "plugins/ipam/static"),
        library("PortMapPlugin", pipeline, path: "plugins/meta/portmap"),
        library("FirewallPlugin", pipeline, path: "plugins/meta/firewall"),
        library("DNSNamePlugin", pipeline, path: "plugins/meta/dnsname"),
        library("TuningPlugin", pipeline, path: "plugins/meta/tuning"),
        program("swnet-cni", plugins + ["CNI"], path: "plugins/multicall"),
        program(
            "swnet-dns", ["SwnetResolver", "SwnetState", "LinuxSystem", "JSON", "NetworkTypes", system]),
        program(
            "swnet",
            [
                "SwnetPipeline", "SwnetState", "CNI", "IPAM", "DNSWire", "NFTables", "Netlink", "LinuxSystem", "JSON",
                "NetworkTypes", system, arguments,
            ], linking: argumentParserLinking),

        .target(
            name: "TestSupport",
            dependencies: ["CLinux", "LinuxSystem", "JSON", "NetworkTypes", system],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests("NetworkTypesTests", ["NetworkTypes"]),
        tests("LinuxSystemTests", ["LinuxSystem", "NetworkTypes", system]),
        tests("JSONTests", ["JSON", "LinuxSystem", system]),
        tests("NetlinkTests", ["Netlink", "LinuxSystem", "NetworkTypes", system]),
        tests("NFTablesTests", ["NFTables", "Netlink", "LinuxSystem", "NetworkTypes", system]),
        tests("CNITests", ["CNI", "JSON", "LinuxSystem", "NetworkTypes", system]),
        tests("DNSWireTests", ["DNSWire", "LinuxSystem", "NetworkTypes", system]),
        tests("IPAMTests", ["IPAM", "JSON", "LinuxSystem", "NetworkTypes", system]),
        tests("SwnetStateTests", ["SwnetState", "JSON", "LinuxSystem", "NetworkTypes", system]),
        tests(
            "SwnetResolverTests", ["SwnetResolver", "DNSWire", "SwnetState", "LinuxSystem", "NetworkTypes"]),
        tests("PluginTests", pipeline + plugins),
        tests(
            "SwnetCommandTests",
            [
                "swnet", "SwnetPipeline", "SwnetState", "NFTables", "Netlink", "CNI", "IPAM", "JSON", "LinuxSystem",
                "NetworkTypes", system, arguments,
            ]),
        tests(
            "IntegrationTests",
            [
                "SwnetPipeline", "SwnetState", "NFTables", "Netlink", "CNI", "LinuxSystem", "JSON", "NetworkTypes",
                system,
            ]),
    ]
)
