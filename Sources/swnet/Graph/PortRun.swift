// SPDX-License-Identifier: Apache-2.0
package import SwnetState

/// Published ports that follow each other, as one line of a drawing.
package struct PortRun: Hashable, Sendable {
    /// `8080`, `127.0.0.1:8000-8009`.
    package let host: String
    /// `80/tcp`.
    package let container: String

    /// Draws runs together.
    package static func runs(of ports: [PublishedPort]) -> [PortRun] {
        ports.text.split(separator: " ").map { run in
            let parts = run.split(separator: ">", maxSplits: 1)
            // The arrow's stem stays with the first part.
            return PortRun(host: String(parts[0].dropLast()), container: String(parts[parts.count - 1]))
        }
    }

    package var text: String { "\(host)->\(container)" }
}
