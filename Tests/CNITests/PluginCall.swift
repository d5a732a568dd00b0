// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import Synchronization

/// One run of the pure part of a plugin, with everything in place unless a test takes it away.
struct PluginCall {
    var program = "/opt/cni/bin/echo"
    var flags: [String] = []
    var variables = [
        "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "c1", "CNI_NETNS": "/nowhere/netns", "CNI_IFNAME": "eth0",
        "CNI_ARGS": "", "CNI_PATH": "/nowhere/bin",
    ]
    var input: [UInt8]
    var inputError: CNIError?

    init(_ command: String = "ADD", _ input: String = #"{"cniVersion":"1.1.0","name":"n1","type":"echo"}"#) {
        variables["CNI_COMMAND"] = command
        self.input = Array(input.utf8)
    }

    /// The answer of a process, and what it said on the way.
    struct Answer {
        let outcome: Outcome
        let warnings: [String]
        let hasReadInput: Bool

        var text: String { String(decoding: outcome.output, as: UTF8.self) }
        var object: JSONObject? { (try? JSON(parsing: outcome.output))?.objectValue }
        /// The error, which must be the one object on standard output and go with exit status 1.
        var error: CNIError? { outcome.exitStatus == 1 ? object.flatMap { CNIError($0) } : nil }
        /// Success without output.
        var isSilentSuccess: Bool { outcome.exitStatus == 0 && outcome.output.isEmpty && outcome.notice.isEmpty }
    }

    func run(_ plugins: [any CNIPlugin.Type] = [EchoPlugin.self, BrokenPlugin.self]) -> Answer {
        let environment = variables.map { "\($0)=\($1)" } + ["PATH=/usr/bin"]
        let warnings = Lines()
        let dispatcher = Dispatcher(plugins, Invocation(arguments: [program] + flags, environment: environment)) {
            warnings.append($0)
        }
        var hasReadInput = false
        let outcome = dispatcher.respond { () throws(CNIError) in
            hasReadInput = true
            if let inputError { throw inputError }
            return input
        }
        return Answer(outcome: outcome, warnings: warnings.all, hasReadInput: hasReadInput)
    }
}

/// Lines collected by a closure that may be called from anywhere.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}
