// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem

extension Terminal {
    /// How wide text may be: what `COLUMNS` says, else the terminal, else 80.
    static var columns: Int {
        let told = LayoutOptions.environment["COLUMNS"].flatMap { Int($0) }
        return max(40, told ?? StandardStreams.outputColumns ?? 80)
    }
}
