// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

/// What a request that changes something does when the object is there already, or is not.
///
/// `NLM_F_REQUEST`, `NLM_F_ACK` and `NLM_F_DUMP` are the socket's business and never spelled by a caller.
package struct RequestFlags: OptionSet, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    private init(_ value: Int32) { rawValue = UInt16(truncatingIfNeeded: value) }

    /// Makes the object if it is not there.
    package static var create: Self { Self(NLM_F_CREATE) }
    /// Fails with `EEXIST` if the object is there.
    package static var exclusive: Self { Self(NLM_F_EXCL) }
    /// Changes the object if it is there.
    package static var replace: Self { Self(NLM_F_REPLACE) }
    /// Puts the object behind those already there.
    package static var append: Self { Self(NLM_F_APPEND) }

    /// Asks for the notification of the change as a reply. Kernels before 6.2 ignore it for links.
    static var echo: Self { Self(NLM_F_ECHO) }
    static var request: Self { Self(NLM_F_REQUEST) }
    static var acknowledge: Self { Self(NLM_F_ACK) }
    static var dump: Self { Self(NLM_F_DUMP) }
    static var multipart: Self { Self(NLM_F_MULTI) }
    static var dumpInterrupted: Self { Self(NLM_F_DUMP_INTR) }
    /// The reply does not repeat the payload of the request.
    static var capped: Self { Self(NLM_F_CAPPED) }
    /// The reply ends with extended-ack attributes.
    static var acknowledgementAttributes: Self { Self(NLM_F_ACK_TLVS) }
}
