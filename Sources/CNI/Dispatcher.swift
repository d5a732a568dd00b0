// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SystemPackage

/// From environment and configuration to an answer: everything a plugin process does but reading and writing.
package struct Dispatcher {
    let plugins: [any CNIPlugin.Type]
    let invocation: Invocation
    let warn: WarningSink

    package init(_ plugins: [any CNIPlugin.Type], _ invocation: Invocation, warn: @escaping WarningSink) {
        self.plugins = plugins
        self.invocation = invocation
        self.warn = warn
    }

    /// - Parameter input: Reads standard input; called only by verbs that need the configuration.
    package func respond(_ input: () throws(CNIError) -> [UInt8]) -> Outcome {
        let plugin = invocation.selectPlugin(from: plugins)
        let text = invocation[.command]
        guard !text.isEmpty else { return .about(plugin?.type ?? "swnet-cni") }
        let command = CNICommand(rawValue: text)
        if command == .version { return .versions }
        var version: CNIVersion?
        do throws(CNIError) {
            guard let plugin else { throw unknownProgram() }
            let attachment = try checkEnvironment(for: command)
            let unchecked = try UncheckedConfiguration(input())
            version = try CNIVersion(unchecked.versionText())
            guard let command else { throw CNIError(.invalidEnvironment, "unknown CNI_COMMAND: \(text)") }
            return try perform(plugin, try context(command, unchecked), attachment)
        } catch {
            return .failure(error, version: version)
        }
    }

    private func unknownProgram() -> CNIError {
        let types = plugins.map { $0.type }.joined(separator: ", ")
        return CNIError(
            .invalidConfiguration,
            "\(invocation.arguments.first ?? "this program") is not named after a CNI type; install it as one of \(types)"
        )
    }

    private func context(
        _ command: CNICommand, _ unchecked: UncheckedConfiguration
    ) throws(CNIError) -> CNINetworkRequest {
        let arguments = CNIArguments(invocation[.arguments])
        if command == .add || command == .check { try arguments.rejectMalformed() }
        return CNINetworkRequest(
            command: command, arguments: arguments,
            path: invocation[.path].split(at: ":").map { FilePath($0) },
            configuration: try NetworkConfiguration(unchecked, for: command, warn: warn),
            environment: invocation.environment, siblings: plugins, warning: warn)
    }

    private func perform(
        _ plugin: any CNIPlugin.Type, _ context: CNINetworkRequest, _ attachment: AttachmentID?
    ) throws(CNIError) -> Outcome {
        guard let attachment else {
            try perform(plugin, context)
            return .success
        }
        let netns = invocation[.netns]
        let request = CNIRequest(
            context: context, attachment: attachment, netns: netns.isEmpty ? nil : FilePath(netns))
        switch context.command {
        case .add: return try add(plugin, request)
        case .check: try plugin.check(request)
        case .delete: try plugin.delete(request)
        case .collectGarbage, .status, .version: break
        }
        return .success
    }

    private func perform(_ plugin: any CNIPlugin.Type, _ request: CNINetworkRequest) throws(CNIError) {
        switch request.command {
        case .collectGarbage:
            guard let valid = try request.configuration.validAttachments() else {
                return request.warn("GC without cni.dev/valid-attachments: nothing was removed")
            }
            try plugin.collectGarbage(request, keeping: valid)
        case .status: try plugin.status(request)
        case .add, .check, .delete, .version: break
        }
    }

    private func add(_ plugin: any CNIPlugin.Type, _ request: CNIRequest) throws(CNIError) -> Outcome {
        try rejectHostNamespace(request.netns)
        let result = try plugin.add(request)
        var deletion = request.replacing(.delete)
        deletion.undoesADD = true
        let undo = { [deletion] in
            do throws(CNIError) { try plugin.delete(deletion) } catch {
                request.warn("cleaning up after a failed ADD: \(error)")
            }
        }
        do throws(CNIError) {
            return .result(try result.json(as: request.configuration.version), undo: undo)
        } catch {
            undo()
            throw error
        }
    }
}
