// SPDX-License-Identifier: Apache-2.0
internal import SwnetState
internal import SystemPackage

/// The command line of `swnet-dns`.
struct Options: Equatable {
    /// Started by a program that waits for standard error to be closed, and ends before long.
    var isDetached = false
    var stateDirectory: String?
    var resolvConf: FilePath = "/etc/resolv.conf"
    /// Says what it is for, and ends.
    var isHelpWanted = false

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    static let help = """
        swnet-dns - answers the names of containers on the networks of this host

        usage: swnet-dns [--detached] [--state-dir DIR] [--resolv-conf FILE]

          --detached          close standard error when ready, and leave the control groups of who started it
          --state-dir DIR     where networks and endpoints are recorded (default: $SWNET_STATE_DIR, or /run/swnet)
          --resolv-conf FILE  whose name servers are asked for other names (default: /etc/resolv.conf)
          --help              print this

        ADD starts it when a network with names gets its first container, and it ends after the last one. There is one
        for each state directory: another one ends at once. It reads resolv.conf again when that changes, and its state
        when it changes or at SIGHUP; SIGTERM ends it.

        """

    init() {}

    init(_ arguments: [String], environment: [String]) throws(Mistake) {
        let variable = StateLayout.runDirectoryVariable + "="
        stateDirectory = environment.first { $0.hasPrefix(variable) }.map { String($0.dropFirst(variable.count)) }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch parts[0] {
            case "--state-dir", "--resolv-conf":
                guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                    throw Mistake(description: "\(parts[0]) needs a value")
                }
                try take(parts[0], value)
            case "--detached" where parts.count == 1: isDetached = true
            case "--help" where parts.count == 1: isHelpWanted = true
            default: throw Mistake(description: "unknown argument '\(argument)': see swnet-dns --help")
            }
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(Mistake) {
        if name == "--state-dir" { return stateDirectory = value }
        resolvConf = FilePath(value)
        // The working directory is another one later.
        guard resolvConf.isAbsolute else {
            throw Mistake(description: "\(name) needs an absolute path, not '\(value)'")
        }
    }
}
