// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// How a graph is drawn.
enum GraphFormat: String, CaseIterable, ExpressibleByArgument {
    /// A tree for a terminal.
    case text
    /// A picture that needs nothing else.
    case svg
    /// For the programs of Graphviz.
    case dot
    /// For Markdown pages that draw Mermaid.
    case mermaid
    /// One object, whose keys stay the same in later versions.
    case json
}
