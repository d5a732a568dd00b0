// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
internal import NetworkTypes
internal import SwnetState

extension [EndpointView] {
    /// The list for people, in the order given.
    package func table(now: Timestamp) -> TextTable {
        var table = TextTable(["NAME", "NETWORK", "INTERFACE", "ADDRESSES", "PORTS", "UP"])
        for view in self {
            let age = Age(seconds: now.seconds - view.created.seconds)
            table.append([
                view.title, view.network.text, view.attachment.interface.text,
                view.addresses.map(\.address.description).joined(separator: " "), view.ports.text,
                view.condition == .up ? "\(age)" : view.condition.rawValue,
            ])
        }
        return table
    }
}
