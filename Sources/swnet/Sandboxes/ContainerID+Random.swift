// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension ContainerID {
    /// 64 hexadecimal digits, as container runtimes use.
    static func random() -> ContainerID {
        var generator = SystemRandomNumberGenerator()
        while true {
            let digits = (0..<64).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }
            if let id = ContainerID(digits.joined()) { return id }
        }
    }
}
