// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import SystemPackage

/// An `NLMSG_ERROR` or `NLMSG_DONE`: an error number, and with `NETLINK_EXT_ACK` the kernel's sentence about it.
///
/// - SeeAlso: the kernel's Documentation/userspace-api/netlink/intro.rst, "Ext ACK".
struct ExtendedAck: Equatable {
    /// Nil when the request succeeded; text may be there all the same, as a warning.
    private(set) var errno: Errno?
    private(set) var message: String?
    /// Where in the request the offending attribute is, in bytes from the start of its netlink header.
    private(set) var attributeOffset: Int?

    /// Decodes the payload of an `NLMSG_ERROR`.
    init(error payload: RawSpan, flags: RequestFlags) throws(Malformation) {
        let acknowledgement = try payload.header(as: nlmsgerr.self)
        setError(acknowledgement.error)
        guard flags.contains(.acknowledgementAttributes) else { return }
        var offset = MemoryLayout<nlmsgerr>.size
        if !flags.contains(.capped) {
            // The request is repeated in full between the header and the attributes.
            let echoed = Int(acknowledgement.msg.nlmsg_len) - MemoryLayout<nlmsghdr>.size
            guard echoed >= 0 else { throw .truncatedMessage }
            offset += (echoed + 3) & ~3
        }
        guard offset <= payload.byteCount else { throw .truncatedMessage }
        try readAttributes(payload.extracting(droppingFirst: offset))
    }

    /// Decodes the payload of an `NLMSG_DONE`: older kernels send none.
    init(done payload: RawSpan, flags: RequestFlags) throws(Malformation) {
        guard payload.byteCount >= 4 else { return }
        setError(try payload.load(as: Int32.self))
        guard flags.contains(.acknowledgementAttributes) else { return }
        try readAttributes(payload.extracting(droppingFirst: 4))
    }

    /// Zero and the positive counts of some dumps are success.
    private mutating func setError(_ code: Int32) {
        guard code < 0 else { return }
        errno = Errno(rawValue: code == .min ? .max : -code)
    }

    private mutating func readAttributes(_ attributes: RawSpan) throws(Malformation) {
        var message: String?
        var offset: Int?
        var missing: Int?
        try attributes.forEachAttribute { type, value throws(Malformation) in
            switch UInt32(type) {
            case NLMSGERR_ATTR_MSG.rawValue: message = value.text()
            case NLMSGERR_ATTR_OFFS.rawValue: offset = Int(try value.load(as: UInt32.self))
            case NLMSGERR_ATTR_MISS_TYPE.rawValue: missing = Int(try value.load(as: UInt32.self))
            default: break
            }
        }
        self.message = message ?? missing.map { "attribute \($0) is missing" }
        attributeOffset = offset
    }

    /// The refusal as the cause of an error; nil when the request succeeded.
    var refusal: NetlinkError.Cause? {
        errno.map { .refused($0, message: message, attributeOffset: attributeOffset) }
    }
}
