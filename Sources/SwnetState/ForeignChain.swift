// SPDX-License-Identifier: Apache-2.0
internal import JSON

/// A chain of another program in which rules of ours let the traffic of a network pass.
package struct ForeignChain: Hashable, Sendable {
    /// As nft(8) writes it: `ip`, `ip6` or `inet`.
    package let family: String
    package let table: String
    package let chain: String

    package init(family: String, table: String, chain: String) {
        self.family = family
        self.table = table
        self.chain = chain
    }
}

extension ForeignChain {
    var json: JSONObject { ["family": .string(family), "table": .string(table), "chain": .string(chain)] }

    init(_ reader: ObjectReader) throws(JSONError) {
        self.init(
            family: try reader.required("family").string(), table: try reader.required("table").string(),
            chain: try reader.required("chain").string())
    }
}
