// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// One CNI type. ``PluginMain`` reads environment and standard input, checks them, and writes what these functions give.
///
/// IPAM plugins conform as well; their results have no interfaces.
package protocol CNIPlugin: SendableMetatype {
    /// The name in configurations.
    static var type: String { get }

    /// Makes the attachment. When it throws, nothing it made is left.
    static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult

    /// Removes what belongs to the attachment. Whatever is gone already is success: it runs twice, without a sandbox,
    /// without a previous result, and for attachments that never were.
    static func delete(_ request: CNIRequest) throws(CNIError)

    /// Names the first difference from what ADD made, with ``CNIError/Code/drifted``.
    static func check(_ request: CNIRequest) throws(CNIError)

    /// Removes what belongs to this network and to no attachment in `valid`. Goes on past failures and throws the first.
    static func collectGarbage(_ request: CNINetworkRequest, keeping valid: Set<AttachmentID>) throws(CNIError)

    /// Throws code 50 or 51 exactly when ADD would fail for reasons that ADD cannot mend.
    static func status(_ request: CNINetworkRequest) throws(CNIError)
}

extension CNIPlugin {
    /// Success: for a plugin that keeps nothing.
    package static func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {}

    /// Success: for a plugin that depends on nothing.
    package static func status(_ request: CNINetworkRequest) throws(CNIError) {}
}

/// The version in the about line, which every plugin prints without `CNI_COMMAND`.
///
/// nerdctl runs `firewall` that way and compares: it uses `ingressPolicy` from 1.1.0 and `isolated` from 1.7.1 on, by the
/// numbers of the reference plugins. Ours have both, so the number must stay above theirs.
package let pluginVersion = "2.0.0"
