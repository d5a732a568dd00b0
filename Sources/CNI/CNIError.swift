// SPDX-License-Identifier: Apache-2.0
package import JSON

/// A failure as a runtime gets to see it. CNI 1.1 section 5, "Error".
package struct CNIError: Error, Hashable, Sendable {
    /// Which failure it is, for programs.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// The configuration's version is not supported, or does not allow the verb.
        package static let incompatibleVersion = Code(rawValue: 1)
        /// A key that the plugin does not have; the message names key and value.
        package static let unsupportedField = Code(rawValue: 2)
        /// The container does not exist, and nothing is left to clean up.
        package static let unknownContainer = Code(rawValue: 3)
        /// A variable is missing or malformed; the message names it.
        package static let invalidEnvironment = Code(rawValue: 4)
        /// Standard input or output failed.
        package static let ioFailure = Code(rawValue: 5)
        /// The configuration is not JSON, or a value has the wrong type.
        package static let decodingFailure = Code(rawValue: 6)
        /// The configuration can be read and makes no sense.
        package static let invalidConfiguration = Code(rawValue: 7)
        /// `CNI_NETNS` is no namespace, or the host's own. Of the reference library, not of the specification.
        package static let invalidNetns = Code(rawValue: 8)
        /// A lock or a busy kernel; the same request may succeed later.
        package static let tryAgainLater = Code(rawValue: 11)
        /// STATUS: ADD would fail.
        package static let unavailable = Code(rawValue: 50)
        /// STATUS: ADD would fail, and existing containers may have limited connectivity.
        package static let unavailableLimitedConnectivity = Code(rawValue: 51)
        /// No address of the range is free.
        package static let addressesExhausted = Code(rawValue: 100)
        /// The requested address belongs to somebody else; the message says to whom.
        package static let addressTaken = Code(rawValue: 101)
        /// The host port is published already; the message says by whom.
        package static let hostPortTaken = Code(rawValue: 102)
        /// The sandbox has an interface of this name already.
        package static let interfaceExists = Code(rawValue: 103)
        /// CHECK found something that is not as ADD left it.
        package static let drifted = Code(rawValue: 104)
        /// The attachment holds an address of the network already.
        package static let alreadyLeased = Code(rawValue: 105)
        /// Somebody is removing the network, or has just done so.
        package static let networkRemoved = Code(rawValue: 106)
        /// Everything else.
        package static let internalError = Code(rawValue: 999)
    }

    package let code: Code
    /// One sentence that stands alone: what failed, on which object, what the kernel said.
    package let message: String
    /// More, for whoever investigates; may be empty.
    package let details: String

    package init(_ code: Code, _ message: String, details: String = "") {
        self.code = code
        self.message = message
        self.details = details
    }

    /// The object for standard output.
    ///
    /// - Parameter version: The version in use; left out while it is not known.
    package func json(version: CNIVersion?) -> JSONObject {
        var object = JSONObject()
        if let version { object["cniVersion"] = .string(version.rawValue) }
        object["code"] = .number(code.rawValue)
        object["msg"] = .string(message)
        if !details.isEmpty { object["details"] = .string(details) }
        return object
    }

    /// Reads the error object of another plugin; nil when `object` is none.
    package init?(_ object: JSONObject) {
        guard let code = object.value(ignoringCaseOf: "code")?.intValue else { return nil }
        self.code = Code(rawValue: code)
        message = object.value(ignoringCaseOf: "msg")?.stringValue ?? ""
        details = object.value(ignoringCaseOf: "details")?.stringValue ?? ""
    }

    /// The same failure with words before it that say what was being done.
    package func prefixed(_ prefix: String) -> CNIError { CNIError(code, prefix + message, details: details) }
}

extension CNIError {
    /// The code the specification has for each way in which a configuration can be wrong.
    package init(_ error: JSONError) {
        let code: Code =
            switch error {
            case .syntax, .wrongType: .decodingFailure
            case .invalidValue, .missing: .invalidConfiguration
            case .unknownKey: .unsupportedField
            }
        self.init(code, "\(error)")
    }
}

extension CNIError: CustomStringConvertible {
    package var description: String { details.isEmpty ? message : "\(message); \(details)" }
}

/// Runs a decoder; what it finds wrong becomes an error of the protocol.
package func decoding<Result>(_ body: () throws(JSONError) -> Result) throws(CNIError) -> Result {
    do throws(JSONError) { return try body() } catch { throw CNIError(error) }
}
