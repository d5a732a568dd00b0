// SPDX-License-Identifier: Apache-2.0

/// Where a value stands in a document: `ipam.ranges[0][1].subnet`. Written out only for messages.
package indirect enum JSONPath: Hashable, Sendable {
    case root
    case key(String, in: JSONPath)
    case index(Int, in: JSONPath)
}

extension JSONPath: CustomStringConvertible {
    package var description: String {
        switch self {
        case .root: ""
        case .key(let key, in: .root): key
        case .key(let key, in: let parent): "\(parent).\(key)"
        case .index(let index, in: let parent): "\(parent)[\(index)]"
        }
    }
}
