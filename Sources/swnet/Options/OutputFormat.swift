// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// What a list looks like.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// Aligned columns for people.
    case table
    /// An array of objects, whose keys stay the same in later versions.
    case json
}

/// The option of every list.
struct FormatOptions: ParsableArguments {
    @Option(help: "How to print it.")
    var format = OutputFormat.table
}
