// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import IPAM
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// What a person is told when a command fails: one sentence that says what to do.
package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    static func noNetwork(_ name: NetworkName) -> Failure {
        Failure("there is no network \(name): see 'swnet ls', or make it with 'swnet create \(name)'")
    }

    /// - Parameter nearest: Names that may have been meant.
    static func noTarget(_ name: String, nearest: [String] = []) -> Failure {
        let hint = nearest.isEmpty ? "see 'swnet ps'" : "did you mean \(alternatives(nearest))?"
        return Failure("no sandbox or container is named \(name): \(hint)")
    }

    static func ambiguous(_ name: String, _ candidates: [String]) -> Failure {
        Failure("\(name) may be \(alternatives(candidates)): give more of the id")
    }

    static func gone(_ title: String) -> Failure {
        Failure("\(title) does not exist any more: see 'swnet ps --all'")
    }

    /// Reports a command that could not be executed; the status is the one that env(1) and shells give.
    static func notExecuted(_ error: SystemError) -> ExitCode {
        Terminal.fail("\(error)")
        return ExitCode(error.isNotFound ? 127 : 126)
    }

    /// Adds what to do to errors that only say what happened.
    static func explaining(_ error: any Error) -> any Error {
        isForbidden(error) ? Failure("\(error): run it as root") : error
    }

    /// Whether somebody with more rights would have had no error.
    static func isForbidden(_ error: any Error) -> Bool {
        switch error {
        case let error as SystemError: [.notPermitted, .permissionDenied].contains(error.errno)
        case StateError.system(let error): [.notPermitted, .permissionDenied].contains(error.errno)
        case IPAMError.system(let error): [.notPermitted, .permissionDenied].contains(error.errno)
        case let error as NetlinkError: error.isPermissionDenied
        case let error as NFTablesError: error.isPermissionDenied
        case FirewallError.nftables(let error): error.isPermissionDenied
        default: false
        }
    }
}
