// SPDX-License-Identifier: Apache-2.0
internal import SwnetState

/// Work under a lock whose failures are told apart by nobody.
enum Locked {
    static func run<R>(_ body: () throws(LockedError<any Error>) -> R) throws -> R {
        do throws(LockedError<any Error>) { return try body() } catch {
            switch error {
            case .state(let error): throw error
            case .body(let error): throw error
            }
        }
    }
}
