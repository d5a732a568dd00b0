// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import Netlink
internal import NetworkTypes

/// What bridges do.
extension PacketTrace {
    /// An endpoint with the host end of its veth pair.
    struct Neighbour {
        let view: EndpointView
        let port: Link
    }

    /// The endpoint on a bridge that has an address; nil when none on record has.
    mutating func knownNeighbour(at address: IPAddress, on bridge: Link) throws -> Neighbour? {
        guard let view = endpoints.first(where: { $0.has(address) && $0.hostInterface != nil }) else { return nil }
        let place = "bridge \(bridge.name)"
        guard let port = host.link(named: view.hostInterface) else {
            throw drop(place, "\(view.title) has \(address), but its host end is gone: run 'swnet repair'")
        }
        guard port.master == bridge.index else {
            throw drop(place, "\(port.name), the host end of \(view.title), is no port of it: run 'swnet repair'")
        }
        guard port.isUp else { throw drop(place, "\(port.name), the host end of \(view.title), is down") }
        return Neighbour(view: view, port: port)
    }

    mutating func neighbour(at address: IPAddress, on bridge: Link) throws -> Neighbour {
        guard let found = try knownNeighbour(at: address, on: bridge) else {
            throw drop("bridge \(bridge.name)", "nothing on record has \(address) here, so nobody answers for it")
        }
        return found
    }

    /// From port to port.
    mutating func checkPorts(from source: Link, to target: Link, _ place: String) throws {
        if source.index == target.index, target.bridgePort?.hairpin != true {
            throw drop(place, "it would leave by the port it came in by, \(target.name), which has no hairpin mode")
        }
        // The kernel asks for no other port: one that is isolated cannot reach itself by way of the host either.
        if source.bridgePort?.isolated == true, target.bridgePort?.isolated == true {
            let ports = source.index == target.index ? "port \(source.name)" : "ports \(source.name) and \(target.name)"
            throw drop(place, "\(ports): isolated ports send nothing to isolated ones (interContainer is false)")
        }
    }
}
