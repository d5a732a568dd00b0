// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetResolver
internal import SwnetState

/// What is recorded becomes what is served.
extension Server {
    func takeChanges() {
        do throws(SystemError) {
            for change in try watch.takeChanges() { take(change) }
        } catch { readEverything() }
        stopIfUnneeded()
    }

    private func take(_ change: StateWatch.Change) {
        switch change {
        case .network(let network): readNetwork(network)
        case .endpoint(let attachment, let network): readEndpoint(attachment, on: network)
        case .endpoints(let network): readEndpoints(of: network)
        case .everything: readEverything()
        case .end: isStopping = true
        }
    }

    func readEverything() {
        let listing: NetworkStateStore.Listing
        // What cannot be read leaves everything as it is.
        do throws(StateError) { listing = try NetworkStateStore(layout).list() } catch { return }
        let known = Set(listing.networks.map(\.network))
        for network in resolver.zones.networks where !known.contains(network) { readNetwork(network) }
        for record in listing.networks {
            take(record, of: record.network)
            readEndpoints(of: record.network)
        }
        Daemon.returnMemory()
    }

    func readNetwork(_ network: NetworkName) {
        let record: NetworkRecord?
        // A record that makes no sense says nothing, not even that the network is gone.
        do throws(StateError) { record = try NetworkStateStore(layout).read(network) } catch {
            failures[network] = "\(error)"
            return
        }
        let isNew = resolver.zones.settings(of: network) == nil
        take(record, of: network)
        if isNew { readEndpoints(of: network) }
    }

    private func take(_ record: NetworkRecord?, of network: NetworkName) {
        failures[network] = nil
        guard let record, let settings = record.resolver else {
            resolver.zones.remove(network)
            gateways.close(network)
            return
        }
        resolver.zones.set(ZoneSettings(record, settings), of: network)
        do throws(SystemError) { _ = try gateways.serve(network, settings) } catch { failures[network] = "\(error)" }
    }

    /// Those of a network that has names; its directory is watched from now on.
    func readEndpoints(of network: NetworkName) {
        guard resolver.zones.settings(of: network) != nil else { return }
        do throws(SystemError) { try watch.watch(network) } catch { failures[network] = "\(error)" }
        // What cannot be read leaves everything as it is.
        do throws(StateError) {
            resolver.zones.beginListing(of: network)
            // A record that makes no sense is no endpoint.
            try EndpointStore(layout).forEach(of: network) { record in
                if isServed(record) { resolver.zones.add(record) }
            } failed: { _ in
            }
            resolver.zones.endListing(of: network)
        } catch { failures[network] = "\(error)" }
    }

    func readEndpoint(_ attachment: AttachmentID, on network: NetworkName) {
        guard resolver.zones.settings(of: network) != nil else { return }
        do throws(StateError) {
            if let record = try EndpointStore(layout).read(attachment, on: network), isServed(record) {
                resolver.zones.add(record)
            } else {
                resolver.zones.remove(attachment, on: network)
            }
        } catch { failures[network] = "\(error)" }
    }

    private func isServed(_ record: EndpointRecord) -> Bool { record.hasNames && record.boot == boot }
}
