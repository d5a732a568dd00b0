// SPDX-License-Identifier: Apache-2.0
import CNI
import Testing

/// What `body` throws; nil when it succeeds.
func failure(_ body: () throws -> Void) -> CNIError? {
    do {
        try body()
        return nil
    } catch let error as CNIError { return error } catch {
        Issue.record("not a CNIError: \(error)")
        return nil
    }
}
