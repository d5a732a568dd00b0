// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

// What a zone says about a name, which is part of `bytes`, without the root's label.
extension Zones {
    /// Adds the addresses of who has the name in one of its forms: bare, below the network's name, below its domain.
    ///
    /// - Returns: False when the zone has no such name.
    func collect(_ bytes: [UInt8], _ name: Range<Int>, in zone: Int, into addresses: inout [IPAddress]) -> Bool {
        var isThere = take(bytes, name, zone, &addresses)
        let inDomain = bytes.start(of: self[zone].settings.domain, in: name)
        if let end = inDomain, collect(bytes, name.lowerBound..<end, below: zone, isThere, &addresses) {
            isThere = true
        }
        if let domain = self[zone].networkDomain, let end = bytes.start(of: domain, in: name),
            collect(bytes, name.lowerBound..<end, below: zone, isThere, &addresses)
        {
            isThere = true
        }
        // The domain itself, and what is only above names. RFC 8020 section 2.
        if !isThere, let end = inDomain {
            isThere = end == name.lowerBound || isBranch(bytes, name.lowerBound..<end, zone)
        }
        return isThere
    }

    /// The same for a name without the domain that it was in.
    private func collect(
        _ bytes: [UInt8], _ name: Range<Int>, below zone: Int, _ isThere: Bool, _ addresses: inout [IPAddress]
    ) -> Bool {
        if take(bytes, name, zone, &addresses) { return true }
        guard !isThere, !self[zone].settings.gateways.isEmpty,
            bytes.start(of: Zone.gateway, in: name) == name.lowerBound
        else { return false }
        addresses += self[zone].settings.gateways
        return true
    }

    private func take(_ bytes: [UInt8], _ name: Range<Int>, _ zone: Int, _ addresses: inout [IPAddress]) -> Bool {
        var isThere = false
        endpoints.forEachHolder(of: bytes, name, zone: zone) { endpoint in
            isThere = true
            endpoints.forEachAddress(of: endpoint) { addresses.append($0) }
        }
        return isThere
    }

    private func isBranch(_ bytes: [UInt8], _ name: Range<Int>, _ zone: Int) -> Bool {
        var isThere = false
        endpoints.forEachHolder(.branch, of: bytes, name, zone: zone) { _ in isThere = true }
        return isThere
    }
}
