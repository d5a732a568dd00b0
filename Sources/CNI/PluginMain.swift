// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// The main program of every CNI type: the only code that touches environment, standard streams and exit status.
package enum PluginMain {
    /// Answers the runtime as the plugin that this program is started as, and exits.
    package static func run(_ plugins: [any CNIPlugin.Type]) -> Never {
        ProcessContext.installFaultHandler()
        StandardStreams.secure()
        let invocation = Invocation(arguments: ProcessContext.arguments, environment: ProcessContext.environment)
        let dispatcher = Dispatcher(plugins, invocation) { StandardStreams.writeError("swnet: \($0)\n") }
        ProcessContext.exit(deliver(dispatcher.respond(readConfiguration)))
    }

    private static func readConfiguration() throws(CNIError) -> [UInt8] {
        do throws(SystemError) { return try StandardStreams.readInput(limit: JSON.maximumSize) } catch {
            guard error.errno != .fileTooLarge else {
                throw CNIError(.decodingFailure, "configuration is larger than \(JSON.maximumSize) bytes")
            }
            throw CNIError(.ioFailure, "\(error)")
        }
    }

    /// Writes the answer. A result that the runtime does not get is a failed ADD, which leaves nothing behind.
    private static func deliver(_ outcome: Outcome) -> Int32 {
        StandardStreams.writeError(outcome.notice)
        do throws(SystemError) {
            try StandardStreams.writeOutput(outcome.output)
            return outcome.exitStatus
        } catch {
            outcome.undo?()
            // Half of an object may be out already; standard error is where the CNI library looks next.
            let failure = Outcome.failure(CNIError(.ioFailure, "\(error)"), version: nil)
            StandardStreams.writeError(String(decoding: failure.output, as: UTF8.self) + "\n")
            return failure.exitStatus
        }
    }
}
