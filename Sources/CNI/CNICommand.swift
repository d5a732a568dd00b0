// SPDX-License-Identifier: Apache-2.0

/// A verb of the protocol: the value of `CNI_COMMAND`.
package enum CNICommand: String, CaseIterable, Hashable, Sendable {
    case add = "ADD"
    case delete = "DEL"
    case check = "CHECK"
    case collectGarbage = "GC"
    case status = "STATUS"
    case version = "VERSION"

    /// Variables that must be set and not empty.
    ///
    /// The reference also wants `CNI_PATH` for DEL; the specification does not, and nothing that can be cleaned up may
    /// stay because of it.
    package var requiredVariables: [CNIVariable] {
        switch self {
        case .add, .check: [.containerID, .netns, .interfaceName, .path]
        case .delete: [.containerID, .interfaceName]
        case .collectGarbage, .status: [.path]
        case .version: []
        }
    }

    /// The first version of the specification with this verb; a configuration of an older one cannot use it.
    package var introduced: CNIVersion {
        switch self {
        // VERSION came with 0.2.0, but its configuration is not looked at.
        case .add, .delete, .version: .v0_1_0
        case .check: .v0_4_0
        case .collectGarbage, .status: .v1_1_0
        }
    }
}

/// An environment variable of the protocol. CNI 1.1 section 2.
package enum CNIVariable: String, CaseIterable, Sendable {
    case command = "CNI_COMMAND"
    case containerID = "CNI_CONTAINERID"
    case netns = "CNI_NETNS"
    case interfaceName = "CNI_IFNAME"
    case arguments = "CNI_ARGS"
    case path = "CNI_PATH"
    /// Allows the sandbox to be the host's namespace. Of the reference library, not of the specification.
    case netnsOverride = "CNI_NETNS_OVERRIDE"
}
