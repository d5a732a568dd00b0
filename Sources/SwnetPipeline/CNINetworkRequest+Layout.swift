// SPDX-License-Identifier: Apache-2.0
package import CNI
package import SwnetState

extension CNINetworkRequest {
    /// Where state lies: the default, or what the environment says, which is how tests keep to themselves.
    package var layout: StateLayout {
        let prefix = StateLayout.runDirectoryVariable + "="
        let value = environment.last { $0.hasPrefix(prefix) }?.dropFirst(prefix.count)
        return StateLayout(runDirectory: value.map(String.init))
    }
}

extension CNIRequest {
    package var layout: StateLayout { context.layout }
}
