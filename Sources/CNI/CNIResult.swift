// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// What an ADD made, in the newest shape. Older shapes exist only as JSON; see `CNIResult+Conversion.swift`.
package struct CNIResult: Hashable, Sendable {
    /// Host interfaces first: runtimes and chained plugins take the first one for the bridge.
    package var interfaces: [Interface]
    package var addresses: [Address]
    package var routes: [Route]
    package var dns: DNS

    package init(
        interfaces: [Interface] = [], addresses: [Address] = [], routes: [Route] = [], dns: DNS = DNS()
    ) {
        self.interfaces = interfaces
        self.addresses = addresses
        self.routes = routes
        self.dns = dns
    }

    /// The interface that `address` is on; nil when that is not known or points nowhere.
    package func interface(of address: Address) -> Interface? {
        guard let index = address.interface, interfaces.indices.contains(index) else { return nil }
        return interfaces[index]
    }
}

extension CNIResult {
    /// An entry of `interfaces`.
    ///
    /// Other plugins put more here than Linux would have: equal names, hardware addresses of any length, container ids
    /// for sandboxes. It is kept as it came.
    package struct Interface: Hashable, Sendable {
        package var name: String
        /// The hardware address; nil when none was given.
        package var mac: String?
        /// In bytes; nil when not given. CNI 1.1.
        package var mtu: UInt32?
        /// `CNI_NETNS` of an interface inside the sandbox, word for word; nil for one of the host.
        package var sandbox: String?
        /// CNI 1.1.
        package var socketPath: String?
        /// CNI 1.1.
        package var pciID: String?

        package init(
            name: String, mac: String? = nil, mtu: UInt32? = nil, sandbox: String? = nil, socketPath: String? = nil,
            pciID: String? = nil
        ) {
            self.name = name
            self.mac = mac
            self.mtu = mtu
            self.sandbox = sandbox
            self.socketPath = socketPath
            self.pciID = pciID
        }

        package init(_ name: InterfaceName, mac: MACAddress?, mtu: UInt32? = nil, sandbox: String? = nil) {
            self.init(name: name.text, mac: mac?.description, mtu: mtu, sandbox: sandbox)
        }
    }

    /// An entry of `ips`.
    package struct Address: Hashable, Sendable {
        package var prefix: IPPrefix
        package var gateway: IPAddress?
        /// An index into `interfaces`; nil in the results of IPAM plugins.
        package var interface: Int?

        package init(_ prefix: IPPrefix, gateway: IPAddress? = nil, interface: Int? = nil) {
            self.prefix = prefix
            self.gateway = gateway
            self.interface = interface
        }
    }

    /// An entry of `routes`, in results and in configurations.
    package struct Route: Hashable, Sendable {
        package var destination: IPPrefix
        /// Nil: the gateway of an address of the same family.
        package var gateway: IPAddress?
        /// In bytes; nil when unset.
        package var mtu: UInt32?
        /// Advertised TCP segment size in bytes; nil when unset.
        package var advertisedMSS: UInt32?
        /// The metric; nil when unset.
        package var priority: UInt32?
        /// Nil: the main table. 0 is a value.
        package var table: UInt32?
        /// `RT_SCOPE_*`: 0 global, 253 link, 254 host; nil when unset.
        package var scope: UInt8?

        package init(
            _ destination: IPPrefix, gateway: IPAddress? = nil, mtu: UInt32? = nil, advertisedMSS: UInt32? = nil,
            priority: UInt32? = nil, table: UInt32? = nil, scope: UInt8? = nil
        ) {
            self.destination = destination
            self.gateway = gateway
            self.mtu = mtu
            self.advertisedMSS = advertisedMSS
            self.priority = priority
            self.table = table
            self.scope = scope
        }
    }

    /// Name resolution for the sandbox, in results and in configurations.
    package struct DNS: Hashable, Sendable {
        package var nameservers: [String]
        /// Empty when unset.
        package var domain: String
        package var search: [String]
        package var options: [String]

        package init(
            nameservers: [String] = [], domain: String = "", search: [String] = [], options: [String] = []
        ) {
            self.nameservers = nameservers
            self.domain = domain
            self.search = search
            self.options = options
        }

        package var isEmpty: Bool { self == DNS() }
    }
}
