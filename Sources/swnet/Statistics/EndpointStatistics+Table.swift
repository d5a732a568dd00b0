// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension [EndpointStatistics] {
    /// The list for people, in the order given.
    ///
    /// - Parameter hasRates: Whether there are columns for bytes a second in the place of those for packets.
    package func table(hasRates: Bool) -> TextTable {
        let (received, sent) = hasRates ? ("RX/S", "TX/S") : ("RX-PKTS", "TX-PKTS")
        var table = TextTable(["NAME", "NETWORK", "RX", received, "DROPS", "TX", sent, "DROPS", "CONNS"])
        for one in self {
            var row = [one.name, one.network.text]
            row += Self.cells(one.counters?.received, hasRates ? .some(one.rates?.received) : nil)
            row += Self.cells(one.counters?.sent, hasRates ? .some(one.rates?.sent) : nil)
            table.append(row + [one.connections.map { "\($0)" } ?? ""])
        }
        return table
    }

    /// - Parameter rate: Nil for packets; a nil inside for a rate that is not known yet.
    private static func cells(_ traffic: EndpointStatistics.Traffic?, _ rate: UInt64??) -> [String] {
        guard let traffic else { return ["", "", ""] }
        let middle = rate.map { $0.map { ByteCount($0).description } ?? "" } ?? "\(traffic.packets)"
        return [ByteCount(traffic.bytes).description, middle, "\(traffic.drops)"]
    }
}
