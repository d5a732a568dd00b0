// SPDX-License-Identifier: Apache-2.0
internal import JSON

/// What a plugin answers its runtime.
package struct Outcome {
    /// For standard output: one object, or nothing.
    package let output: [UInt8]
    /// For standard error.
    package let notice: String
    package let exitStatus: Int32
    /// Takes back what was made, in case the answer cannot be delivered; nil when nothing was.
    package let undo: (() -> Void)?

    private init(_ output: [UInt8], notice: String = "", exitStatus: Int32 = 0, undo: (() -> Void)? = nil) {
        self.output = output
        self.notice = notice
        self.exitStatus = exitStatus
        self.undo = undo
    }

    /// Success without words, as CHECK, DEL, GC and STATUS have it.
    package static var success: Outcome { Outcome([]) }

    static func result(_ object: JSONObject, undo: @escaping () -> Void) -> Outcome {
        Outcome(object.encoded(.indented), undo: undo)
    }

    /// The answer to VERSION, which does not depend on the configuration: that is not read.
    package static var versions: Outcome {
        let object: JSON = [
            "cniVersion": .string(CNIVersion.newest.rawValue),
            "supportedVersions": .array(CNIVersion.allCases.map { .string($0.rawValue) }),
        ]
        return Outcome(object.encoded() + [UInt8(ascii: "\n")])
    }

    /// What a person sees who runs the program by hand. nerdctl parses the first line; see ``pluginVersion``.
    static func about(_ name: String) -> Outcome {
        let versions = CNIVersion.allCases.map(\.rawValue).joined(separator: ", ")
        return Outcome(
            [], notice: "CNI \(name) plugin v\(pluginVersion)\nCNI protocol versions supported: \(versions)\n")
    }

    package static func failure(_ error: CNIError, version: CNIVersion?) -> Outcome {
        Outcome(error.json(version: version).encoded(.indented), exitStatus: 1)
    }
}
