// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

/// A failed conversation with the kernel over netlink.
package struct NetlinkError: Error, Equatable, Sendable {
    package enum Cause: Error, Equatable, Sendable {
        /// The kernel refused the request. `message` is its extended-ack text, when it sent one; `attributeOffset` counts
        /// bytes from the start of the request.
        case refused(Errno, message: String?, attributeOffset: Int?)
        /// The socket itself failed: `socket`, `bind`, `send`, `recvfrom`, or entering its namespace.
        case transport(Errno)
        /// The kernel did not answer within the socket's time-out, in milliseconds.
        case noReply(milliseconds: Int)
        /// The table changed under every dump attempt (`NLM_F_DUMP_INTR`).
        case dumpInterrupted(attempts: Int)
        /// The request outgrew its buffer, or a reply ended inside a header or attribute.
        case malformed(Malformation)
    }

    /// What was being attempted, in the words of ip(8): `"link add veth0 type veth"`.
    package let operation: String
    package let cause: Cause

    package init(operation: String, cause: Cause) {
        self.operation = operation
        self.cause = cause
    }

    /// The error number of the kernel or the socket, if there was one.
    package var errno: Errno? {
        switch cause {
        case .refused(let errno, _, _), .transport(let errno): errno
        case .noReply, .dumpInterrupted, .malformed: nil
        }
    }

    /// True when the object is already there, so an idempotent caller can go on.
    package var isAlreadyExists: Bool { refusal == .fileExists }

    /// True when the link, address, route, rule or neighbour named in the request is not there.
    package var isNotFound: Bool {
        switch refusal {
        case .operationNotSupportedByDevice, .noSuchFileOrDirectory, .noSuchProcess, .addressNotAvailable: true
        default: false
        }
    }

    /// True without `CAP_NET_ADMIN` in the user namespace that owns the network namespace.
    package var isPermissionDenied: Bool { errno == .notPermitted || errno == .permissionDenied }

    /// True when this kernel lacks the link kind, the address family, the protocol or the option.
    package var isNotSupported: Bool {
        switch errno {
        case .notSupportedOnSocket, .notSupported, .protocolNotSupported, .addressFamilyNotSupported: true
        default: errno?.rawValue == Self.kernelNotSupported
        }
    }

    /// True when the object is in use.
    package var isBusy: Bool { refusal == .resourceBusy }

    private var refusal: Errno? { if case .refused(let errno, _, _) = cause { errno } else { nil } }

    /// `ENOTSUPP`, which the kernel should not let out and sometimes does.
    private static let kernelNotSupported: Int32 = 524
}

/// A way in which bytes can be wrong.
package enum Malformation: Error, Equatable, Sendable {
    /// A message does not fit the buffer, or an attribute is over 64 KiB.
    case requestTooLarge
    /// A datagram is larger than the receive buffer.
    case truncatedDatagram
    /// A reply ends inside a message or its fixed header.
    case truncatedMessage
    /// A reply ends inside an attribute, or an attribute is shorter than its own header.
    case truncatedAttribute
    /// An attribute is too short for its type, or holds what its type does not allow.
    case invalidValue
    /// The kernel reports that it lost messages (`NLMSG_OVERRUN`).
    case overrun
    /// The replies ended before the last request was acknowledged.
    case missingAcknowledgement
    /// The kernel acknowledged a request for an object without sending the object.
    case missingReply
}

extension NetlinkError: CustomStringConvertible {
    /// `operation: errno text: kernel text`.
    package var description: String { "\(operation): \(cause)" }
}

extension NetlinkError.Cause: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let errno, let message?, _): "\(errno): \(message)"
        case .refused(let errno, nil, _): "\(errno)"
        case .transport(let errno): "netlink socket: \(errno)"
        case .noReply(let milliseconds): "no reply from the kernel within \(milliseconds) ms"
        case .dumpInterrupted(let attempts): "the table changed during each of \(attempts) attempts to read it"
        case .malformed(let malformation): "\(malformation)"
        }
    }
}

extension Malformation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .requestTooLarge: "the request is too large"
        case .truncatedDatagram: "the reply is larger than the receive buffer"
        case .truncatedMessage: "the reply ends inside a message"
        case .truncatedAttribute: "the reply ends inside an attribute"
        case .invalidValue: "the reply holds an attribute with an invalid value"
        case .overrun: "the kernel lost a part of the reply"
        case .missingAcknowledgement: "the kernel did not acknowledge the request"
        case .missingReply: "the kernel acknowledged the request and sent no answer"
        }
    }
}
