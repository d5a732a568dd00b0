// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// The transaction of an ADD, adapted to what the kernel found in its way.
struct FirewallPlan {
    private(set) var transaction: Transaction

    init(_ networks: [NetworkFilter], _ endpoints: [EndpointFilter]) {
        transaction = Firewall.installation(networks, endpoints)
    }

    /// A port that is published already.
    struct TakenPort {
        /// The operation's position.
        let index: Int
        let port: PublishedPort
        let set: SetDeclaration
        let element: Element
    }

    func takenPorts(_ error: NFTablesError) -> [TakenPort] {
        error.failures.compactMap { failure in
            guard failure.errno == .fileExists, let index = failure.index, let (set, element) = element(at: index)
            else { return nil }
            let port = Firewall.ipv4.port(set, element) ?? Firewall.ipv6.port(set, element)
            return port.map { TakenPort(index: index, port: $0, set: set, element: element) }
        }
    }

    /// Goes on without these operations.
    mutating func leaveOut(_ ports: [TakenPort]) {
        let indices = Set(ports.map(\.index))
        transaction.operations = transaction.operations.enumerated()
            .filter { !indices.contains($0.offset) }.map(\.element)
    }

    /// Takes everything out of the way that `error` tells of. Returns false when there is something else.
    ///
    /// A bridge may have got another policy; that is exchanged. A subnet may overlap one that is known already, which the
    /// kernel cannot hold beside it; the older one stays.
    mutating func resolve(_ error: NFTablesError) -> Bool {
        guard !error.failures.isEmpty else { return false }
        var overlapping: Set<Int> = []
        var removals: [Operation] = []
        for failure in error.failures {
            guard failure.errno == .fileExists, let index = failure.index, let (set, element) = element(at: index)
            else {
                return false
            }
            if set.isInterval {
                overlapping.insert(index)
            } else if set == Firewall.toNetwork.declaration, let bridge = InterfaceName(datumBytes: element.key[...]) {
                removals += removePolicy(of: bridge)
            } else {
                return false
            }
        }
        let kept = transaction.operations.enumerated().filter { !overlapping.contains($0.offset) }.map(\.element)
        transaction.operations = removals + kept
        return true
    }

    private func removePolicy(of bridge: InterfaceName) -> [Operation] {
        let leaving = Verdict.jump(Firewall.leaveInternal.name)
        let path = Concat(bridge, bridge)
        // What may or may not be there is gone for certain once it was added and deleted.
        return [
            Firewall.toNetwork.delete(bridge), Firewall.fromNetwork.add(bridge, leaving),
            Firewall.fromNetwork.delete(bridge), Firewall.sameBridge.add(path), Firewall.sameBridge.delete(path),
            Firewall.isolatedBridge.add(path), Firewall.isolatedBridge.delete(path),
        ]
    }

    private func element(at index: Int?) -> (SetDeclaration, Element)? {
        guard let index, case .elements(_, let set, let elements) = transaction.operations[index],
            let element = elements.first
        else { return nil }
        return (set, element)
    }
}

extension AddressSets {
    /// The port that an entry publishes; nil when `set` is none of the maps for that.
    fileprivate func port(_ set: SetDeclaration, _ element: Element) -> PublishedPort? {
        guard let destination = element.value.flatMap(Concat<Address, Port>.init(elementValue:)) else { return nil }
        if set == published.declaration, let key = Concat<L4Protocol, Port>(datumBytes: element.key[...]) {
            return PublishedPort(hostPort: key.second, containerPort: destination.second, transport: key.first)
        }
        guard set == publishedAt.declaration,
            let key = Concat<Address, Concat<L4Protocol, Port>>(datumBytes: element.key[...])
        else { return nil }
        return PublishedPort(
            hostAddress: IPAddress(bytes: key.first.datumBytes), hostPort: key.second.second,
            containerPort: destination.second, transport: key.second.first)
    }
}
