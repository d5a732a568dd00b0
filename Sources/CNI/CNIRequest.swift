// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import NetworkTypes
package import SystemPackage

/// Takes one line for whoever reads the runtime's log.
package typealias WarningSink = @Sendable (String) -> Void

/// What GC and STATUS are about: one network.
package struct CNINetworkRequest: Sendable {
    package let command: CNICommand
    /// `CNI_ARGS`; empty for GC and STATUS.
    package let arguments: CNIArguments
    /// Where other plugins are looked for: `CNI_PATH`.
    package let path: [FilePath]
    package let configuration: NetworkConfiguration
    /// Every variable as received, for delegates.
    package let environment: [String]
    /// The plugins of this program, for delegation without a process.
    package let siblings: [any CNIPlugin.Type]
    let warning: WarningSink

    package var network: NetworkName { configuration.name }

    /// Writes one line to standard error, which runtimes put in their log.
    package func warn(_ text: String) { warning(text) }
}

/// What ADD, DEL and CHECK are about: one attachment.
package struct CNIRequest: Sendable {
    /// What it has in common with the requests that concern a whole network.
    package let context: CNINetworkRequest
    package let attachment: AttachmentID
    /// `CNI_NETNS`; nil when empty, which only DEL can be.
    package let netns: FilePath?
    /// A DEL that no runtime asked for: the ADD of this very process came to nothing.
    package var undoesADD = false

    package var command: CNICommand { context.command }
    package var network: NetworkName { context.network }
    package var containerID: ContainerID { attachment.container }
    /// `CNI_IFNAME`.
    package var interface: InterfaceName { attachment.interface }
    package var arguments: CNIArguments { context.arguments }
    package var path: [FilePath] { context.path }
    package var configuration: NetworkConfiguration { context.configuration }
    package var environment: [String] { context.environment }

    /// Writes one line to standard error, which runtimes put in their log.
    package func warn(_ text: String) { context.warn(text) }

    /// The result of the plugins before this one.
    ///
    /// - Throws: Code 7 when there is none: CHECK needs it, and chained plugins do.
    package func requirePreviousResult() throws(CNIError) -> CNIResult {
        guard let result = configuration.previousResult else {
            throw CNIError(
                .invalidConfiguration, "prevResult is missing: \(configuration.type) \(command.rawValue) needs it")
        }
        return result
    }
}

extension CNINetworkRequest {
    /// The same request with another verb, for the parts of a verb that are verbs themselves.
    func replacing(_ command: CNICommand) -> CNINetworkRequest {
        CNINetworkRequest(
            command: command, arguments: arguments, path: path, configuration: configuration, environment: environment,
            siblings: siblings, warning: warning)
    }
}

extension CNIRequest {
    func replacing(_ command: CNICommand) -> CNIRequest {
        CNIRequest(context: context.replacing(command), attachment: attachment, netns: netns)
    }
}
