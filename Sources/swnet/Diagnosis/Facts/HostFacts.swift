// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NFTables
package import Netlink
package import NetworkTypes
package import SwnetPipeline
package import SwnetState

/// What the kernel and the files of this host say, at one moment. What is wrong with it is for checks to find.
package struct HostFacts: Sendable {
    /// Where facts come from; each can be out of reach.
    package enum Source: String, CaseIterable, Hashable, Sendable {
        case state
        case interfaces
        case settings
        case firewall
        case leases
        case listeners
        case features
        case resolver
    }

    /// Why a source could not be read.
    package var obstacles: [Source: String] = [:]
    /// The same, as far as being root would help.
    package var forbidden: Set<Source> = []

    package var networks: [NetworkFacts] = []
    /// Records and configurations that could not be read.
    package var unreadable: [StateError] = []
    /// Sandboxes of `swnet run` that nobody supervises any more.
    package var abandonedSandboxes: [String] = []

    package var links: [LinkFacts] = []
    package var addresses: [AddressFacts] = []
    /// Of all tables.
    package var routes: [Route] = []
    /// By which interface the host reaches an address.
    package var ways: [IPAddress: InterfaceIndex] = [:]
    /// Values by key, relative to `/proc/sys`. A key that this kernel does not have is absent.
    package var settings: [String: String] = [:]

    package var skeleton = FirewallSession.SkeletonState.current
    package var elements: [SetDeclaration: [Element]] = [:]
    /// Of other programs, at the hooks that concern containers.
    package var foreignChains: [BaseChain] = []
    package var foreignTables: [TableContent] = []
    /// Tables of iptables-legacy, which nftables does not show.
    package var legacyTables: [IPFamily: [String]] = [:]
    /// The filter tables among them, as far as they could be read.
    package var legacyFilters: [LegacyTable] = []

    /// Addresses whose leases serve nobody.
    package var abandonedLeases: [NetworkName: [IPAddress]] = [:]
    /// Who listens on the port of name servers.
    package var nameServers: [Listener] = []
    package var missingFeatures: [KernelFeature] = []
    package var resolver = ResolverState.notNeeded

    package init() {}
}

extension HostFacts {
    package func link(named name: InterfaceName?) -> LinkFacts? { links.first { $0.name == name } }
    package func link(_ index: InterfaceIndex?) -> LinkFacts? { links.first { $0.index == index } }

    /// Networks with attachments that live.
    package var networksInUse: [NetworkFacts] { networks.filter { !$0.living.isEmpty } }

    /// The interface that leads out of this host.
    package func uplink(_ family: IPFamily) -> LinkFacts? {
        let ways = routes.filter { route in
            route.isDefault && route.table == .main && route.type == .unicast && route.destination.family == family
        }
        let best = ways.min { ($0.metric ?? 0) < ($1.metric ?? 0) }
        return link(best?.interface ?? best?.nextHops.first?.interface)
    }

    /// The value of a key of one interface.
    package func setting(_ interface: InterfaceName, _ family: IPFamily, _ name: String) -> String? {
        settings["net/\(family.rawValue)/conf/\(interface)/\(name)"]
    }
}

/// An interface of the host.
package struct LinkFacts: Hashable, Sendable {
    package var name: InterfaceName
    package var index: InterfaceIndex
    /// As ip-link(8) spells it; nil for hardware and loopback.
    package var kind: String?
    package var isUp = true
    /// Bytes.
    package var mtu = 1500
    package var mac: MACAddress?
    package var master: InterfaceIndex?

    package init(_ name: InterfaceName, _ index: InterfaceIndex, kind: String? = nil) {
        self.name = name
        self.index = index
        self.kind = kind
    }

    package init(_ link: Link) {
        self.init(link.name, link.index, kind: link.kind?.rawValue)
        isUp = link.isUp
        mtu = Int(link.mtu)
        mac = link.macAddress
        master = link.master
    }

    package var isBridge: Bool { kind == LinkKind.bridge.rawValue }
}

/// An address of the host.
package struct AddressFacts: Hashable, Sendable {
    package let prefix: IPPrefix
    package let interface: InterfaceIndex

    package init(_ prefix: IPPrefix, _ interface: InterfaceIndex) {
        self.prefix = prefix
        self.interface = interface
    }
}

/// A socket that waits for strangers, and whose it is.
package struct Listener: Hashable, Sendable {
    package let address: IPAddress
    package let transport: L4Protocol
    /// Nil when the process could not be found.
    package let process: ListeningProcess?

    package init(_ address: IPAddress, _ transport: L4Protocol, _ process: ListeningProcess?) {
        self.address = address
        self.transport = transport
        self.process = process
    }
}

package struct ListeningProcess: Hashable, Sendable {
    package let id: Int
    package let name: String
    /// The unit of systemd that it belongs to, when it is a service.
    package let service: String?

    package init(id: Int, name: String, service: String?) {
        self.id = id
        self.name = name
        self.service = service
    }
}

/// What networks need of a kernel and not every kernel has.
package enum KernelFeature: String, CaseIterable, Hashable, Sendable {
    case bridge
    case veth
    case portIsolation
    case vlanFiltering
    case nftables
    case bridgeNFTables
}

/// Whether names are answered.
package enum ResolverState: Hashable, Sendable {
    /// No living attachment has a name.
    case notNeeded
    case absent
    case failed(String)
    case running(JSONObject)
}
