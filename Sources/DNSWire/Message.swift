// SPDX-License-Identifier: Apache-2.0

/// A query or a response. RFC 1035 section 4.
///
/// The OPT record is apart from the others as ``edns``; it is written behind them.
package struct Message: Hashable, Sendable {
    package var header: Header
    /// A message has none or one. RFC 9619.
    package var question: Question?
    package var answers: [ResourceRecord] = []
    package var authorities: [ResourceRecord] = []
    package var additionals: [ResourceRecord] = []
    package var edns: EDNS?

    package init(header: Header, question: Question? = nil) {
        self.header = header
        self.question = question
    }

    /// Both halves. Setting a code above 15 takes an OPT record; without one the lower half alone is kept.
    package var responseCode: ResponseCode {
        get { ResponseCode(rawValue: UInt16(edns?.extendedResponseCode ?? 0) << 4 | header.bits & 0xf) }
        set {
            header.bits = header.bits & ~0xf | newValue.rawValue & 0xf
            edns?.extendedResponseCode = UInt8(newValue.rawValue >> 4)
        }
    }

    /// An empty response to this query.
    package func response(_ code: ResponseCode = .noError) -> Message {
        var response = Message(header: header.response, question: question)
        response.responseCode = code
        return response
    }
}
