// SPDX-License-Identifier: Apache-2.0

/// What the OPT record says about its sender. RFC 6891 section 6.1.
package struct EDNS: Hashable, Sendable {
    /// Code and octets of something that both ends must know.
    package struct Option: Hashable, Sendable {
        package var code: UInt16
        /// At most 65535 octets.
        package var data: [UInt8]

        package init(code: UInt16, data: [UInt8]) {
            self.code = code
            self.data = data
        }
    }

    /// The version that this library speaks.
    package static let supportedVersion: UInt8 = 0

    /// Octets that the sender can take in one datagram; less than 512 counts as 512. RFC 6891 section 6.2.3.
    package var payloadSize: UInt16
    /// The upper eight bits of the response code.
    package var extendedResponseCode: UInt8 = 0
    package var version: UInt8 = EDNS.supportedVersion
    /// DO: the sender wants signatures. RFC 3225.
    package var isDNSSECWanted = false
    package var options: [Option] = []

    package init(payloadSize: UInt16) { self.payloadSize = payloadSize }
}
