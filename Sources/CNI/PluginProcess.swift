// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// Another plugin as a program. CNI 1.1 sections 2 and 4.
struct PluginProcess {
    let type: String
    let program: FilePath

    /// The first regular file of this name, as the CNI library looks for it. The execute bit is not looked at.
    init(_ type: String, in path: [FilePath]) throws(CNIError) {
        guard !type.isEmpty else { throw CNIError(.invalidConfiguration, "no plugin type is given") }
        guard isFileName(type) else {
            throw CNIError(.invalidConfiguration, "\"\(type)\" is not a plugin type: it must be the name of a file")
        }
        let candidates = path.map { $0.appending(type) }
        guard let program = candidates.first(where: File.isRegular) else {
            let directories = path.map(\.string).joined(separator: ", ")
            throw CNIError(.invalidConfiguration, "there is no plugin \"\(type)\" in CNI_PATH (\(directories))")
        }
        self.type = type
        self.program = program
    }

    /// Runs one verb. Its standard error is ours.
    ///
    /// - Returns: The object on standard output; nil when there is none.
    /// - Throws: The plugin's own error unchanged, else one that says what happened to the program.
    func run(_ command: CNICommand, input: [UInt8], environment: [String]) throws(CNIError) -> JSONObject? {
        let outcome: ChildProcess.Outcome
        do throws(SystemError) {
            outcome = try ChildProcess.run(program, input: input, environment: environment)
        } catch { throw CNIError(.internalError, "plugin \"\(type)\" did not run: \(error)") }
        let answer = Result { () throws(JSONError) in try JSON(parsing: outcome.output) }
        guard outcome.exitStatus == 0 else { throw error(of: outcome, answer, command) }
        guard !outcome.output.isEmpty else { return nil }
        switch answer {
        case .success(.object(let object)): return object
        case .success(.null): return JSONObject()
        case .success(let value): throw misunderstood(command, "expected an object, found \(value.kind)")
        case .failure(let error): throw misunderstood(command, "\(error)")
        }
    }

    private func misunderstood(_ command: CNICommand, _ problem: String) -> CNIError {
        CNIError(
            .decodingFailure,
            "plugin \"\(type)\" answered \(command.rawValue) with something else than a result: \(problem)")
    }

    private func error(
        of outcome: ChildProcess.Outcome, _ answer: Result<JSON, JSONError>, _ command: CNICommand
    ) -> CNIError {
        if case .success(.object(let object)) = answer, let error = CNIError(object) { return error }
        let end = outcome.exitStatus.map { "ended with status \($0)" } ?? "was ended by a signal"
        let said =
            outcome.output.isEmpty
            ? "nothing on standard output" : "\"\(String(decoding: outcome.output.prefix(200), as: UTF8.self))\""
        return CNIError(.internalError, "plugin \"\(type)\" \(end) at \(command.rawValue) and said \(said)")
    }
}

/// Whether `text` is one component of a path. Bytes are looked at, because a combining mark would hide the slash before
/// it from a look at characters.
func isFileName(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
}

/// `environment` with other values for some variables.
func replacing(_ variables: [(CNIVariable, String)], in environment: [String]) -> [String] {
    let kept = environment.filter { entry in
        !variables.contains { entry.utf8.starts(with: "\($0.0.rawValue)=".utf8) }
    }
    return kept + variables.map { "\($0.0.rawValue)=\($0.1)" }
}
