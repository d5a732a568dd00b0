// SPDX-License-Identifier: Apache-2.0
package import JSON

/// What the `portmap` type is told, besides the port mappings of `runtimeConfig`.
package struct PortMapConfiguration: Equatable, Sendable {
    /// Whether loopback and the container's own subnet may use the published port.
    package var sourceTranslation = true
    package var masqueradesAll = false

    package init() {}

    package init(reading root: ObjectReader) throws(JSONError) {
        sourceTranslation = try root.bool("snat") ?? true
        masqueradesAll = try root.bool("masqAll") ?? false
        let backend = try root.string("backend") ?? ""
        guard ["", "iptables", "nftables"].contains(backend) else {
            throw root.invalid("backend", "\"\(backend)\" is not \"iptables\" or \"nftables\"")
        }
        // No marks are used; the keys are read so that a wrong value is still found.
        let markBit = try root.int("markMasqBit", in: 0...31)
        let chain = try root.string("externalSetMarkChain")
        if markBit != nil, chain != nil {
            throw root.invalid("externalSetMarkChain", "cannot be set together with markMasqBit")
        }
        for key in ["conditionsV4", "conditionsV6"] where try root.strings(key)?.isEmpty == false {
            throw root.invalid(
                key, "is not supported: the port would be published to everybody; leave it out or publish on one hostIP"
            )
        }
    }
}
