// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import NetworkTypes
internal import SwnetState

/// What a shell offers for values that name things of this host.
enum Candidates {
    /// The networks that are configured.
    static var networks: CompletionKind {
        .custom { words, _, _ in
            // What cannot be read is not offered: a message would land in the line that a person is typing.
            let listing = try? NetworkStore(layout(words)).list()
            return listing?.files.map(\.name.text) ?? []
        }
    }

    /// Sandboxes and containers that are there.
    static var sandboxes: CompletionKind {
        .custom { words, _, _ in
            let targets = try? Targets.current(layout(words))
            return targets?.all.filter(\.exists).map(\.title).sorted() ?? []
        }
    }

    /// The directories that a command line names, as far as it is typed.
    private static func layout(_ words: [String]) -> StateLayout {
        let option = words.lastIndex(of: "--config-dir").map { $0 + 1 }
        return LayoutOptions.layout(
            configurationDirectory: option.flatMap { words.indices.contains($0) ? words[$0] : nil })
    }
}

extension NetworkName {
    static var defaultCompletionKind: CompletionKind { Candidates.networks }
}
