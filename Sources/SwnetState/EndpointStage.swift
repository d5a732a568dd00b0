// SPDX-License-Identifier: Apache-2.0
package import JSON

/// One stage's section of an endpoint record.
package struct EndpointStage: Hashable, Sendable {
    package let name: String
    /// What the stage needs to undo itself.
    package let undo: JSONObject

    package init(_ name: String, undo: JSONObject = JSONObject()) {
        self.name = name
        self.undo = undo
    }
}
