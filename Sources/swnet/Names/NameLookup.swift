// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// One thing that is looked up on several networks.
struct NameLookup {
    enum Subject {
        case name(DomainName)
        case address(IPAddress)

        /// Nil for what is neither.
        init?(_ text: String) {
            if let address = IPAddress(text) {
                self = .address(address)
            } else if let name = DomainName(text), !name.isRoot {
                self = .name(name)
            } else {
                return nil
            }
        }

        var isAddress: Bool { if case .address = self { true } else { false } }

        fileprivate var questions: [Question] {
            switch self {
            case .name(let name): [Question(name, .a), Question(name, .aaaa)]
            case .address(let address): [Question(DomainName(reverseOf: address), .ptr)]
            }
        }
    }

    /// Questions that are asked before a resolver counts as silent, and how long each waits, in milliseconds.
    private static let attempts = 3
    private static let patience = 1000

    private let subject: Subject

    init(_ subject: Subject) { self.subject = subject }

    /// What the resolver of a network says; nothing when nobody there has the name.
    func answers(on record: NetworkRecord) throws -> [NameAnswer] {
        guard let settings = record.resolver, let gateway = settings.gateways.first else { return [] }
        let port = settings.port?.rawValue ?? ResolverRedirect.questionPort
        var answers: [NameAnswer] = []
        for question in subject.questions {
            let message = try ask(question, at: gateway, port, on: record.network)
            // Refused is what is not the network's: the resolver asks nobody else for the host.
            guard [.noError, .nameError, .refused].contains(message.responseCode) else {
                throw Failure(
                    "the resolver of network \(record.network) failed (code \(message.responseCode.rawValue)): "
                        + "see 'swnet doctor'")
            }
            answers += message.answers.compactMap { NameAnswer($0, network: record.network) }
        }
        return answers
    }

    private func ask(
        _ question: Question, at gateway: IPAddress, _ port: UInt16, on network: NetworkName
    ) throws -> Message {
        var query = Message(header: Header(id: .random(in: 0 ... .max)), question: question)
        query.header.isRecursionDesired = true
        let octets = query.encoded()
        for _ in 0..<Self.attempts {
            if let answer = try exchange(octets, gateway, port), answer.header.id == query.header.id,
                answer.question == question
            {
                return answer
            }
        }
        throw Failure(
            "the resolver of network \(network) does not answer at \(gateway) port \(port): run 'swnet repair'")
    }

    /// Nil when nothing comes back that can be read.
    private func exchange(_ query: [UInt8], _ gateway: IPAddress, _ port: UInt16) throws -> Message? {
        let socket = try DatagramSocket(connectedTo: gateway, interface: nil, port: port)
        let poll = try EventPoll()
        try poll.add(socket.descriptor, for: .reading, token: 0)
        var buffer = [UInt8](repeating: 0, count: 4096)
        do throws(SystemError) {
            try socket.send(query)
            try poll.wait(timeout: Self.patience) { _ in }
            guard let count = try socket.receive(into: &buffer) else { return nil }
            return try? Message(decoding: buffer, count: count)  // nonsense is no answer
        } catch {
            guard error.errno == .connectionRefused else { throw error }
            return nil
        }
    }
}
