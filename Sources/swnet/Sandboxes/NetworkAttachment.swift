// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// An attachment with the sandbox that it belongs to: what a runtime runs plugins for.
struct NetworkAttachment {
    let container: ContainerID
    let namespace: FilePath
    let attachment: SandboxRecord.Attachment

    /// Returns the result of ADD.
    func add() throws(CNIError) -> JSONObject { try chain.add(request) }

    /// Runs DEL; that of an attachment which is gone succeeds.
    func delete() throws(CNIError) { try chain.delete(request, previous: attachment.result) }

    /// Takes back an ADD that failed.
    ///
    /// A plugin that undid its own ADD has nothing to delete; one that could not is no better at this.
    func undo() {
        do throws(CNIError) { try delete() } catch {}
    }

    private var request: PluginChain.Attachment {
        PluginChain.Attachment(
            AttachmentID(container: container, interface: attachment.interface),
            netns: File.exists(namespace) ? namespace : nil, arguments: attachment.arguments,
            capabilities: attachment.capabilities)
    }

    private var chain: PluginChain {
        get throws(CNIError) {
            let list = try NetworkList(parsing: attachment.list.encoded())
            return PluginChain(list, path: PluginPath.current, environment: ProcessContext.environment)
        }
    }
}
