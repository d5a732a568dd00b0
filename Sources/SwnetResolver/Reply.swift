// SPDX-License-Identifier: Apache-2.0
internal import DNSWire

/// What is told about a question, whoever asked it.
struct Reply: Equatable, Sendable {
    var code = ResponseCode.noError
    var isAuthoritative = false
    var answers: [ResourceRecord] = []
    var authorities: [ResourceRecord] = []

    static let refused = Reply(code: .refused)
    static let serverFailure = Reply(code: .serverFailure)

    /// Nothing at a name that is there (NODATA), or no such name (NXDOMAIN). RFC 2308 section 2.
    static func negative(_ code: ResponseCode, _ authority: ResourceRecord, isAuthoritative: Bool = true) -> Reply {
        Reply(code: code, isAuthoritative: isAuthoritative, authorities: [authority])
    }
}

/// What becomes of a question.
enum Decision: Equatable, Sendable {
    case reply(Reply)
    /// To these servers; none stand for the host's.
    case forward([Upstream])
}
