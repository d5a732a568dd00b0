// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem

extension NetworkSelection.Criterion: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension [NetworkSelection.Criterion] {
    /// What is wrong with a filter is wrong with the command line.
    func selection(
        _ keys: [NetworkSelection.Key] = NetworkSelection.Key.allCases
    ) throws(ValidationError) -> NetworkSelection {
        do throws(NetworkSelection.Refusal) {
            return try NetworkSelection(self, keys: keys, now: Timestamp.now())
        } catch { throw ValidationError("\(error)") }
    }
}
