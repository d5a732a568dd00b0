// SPDX-License-Identifier: Apache-2.0
package import CNI
package import JSON
package import LinuxSystem
package import NetworkTypes
package import SwnetState
internal import SystemPackage

/// The resolver of this host, as those see it who attach and detach containers. It learns everything from the state
/// directory; here it is only asked to have done so.
package struct NameService {
    /// Longest wait for one answer, in milliseconds.
    private static let patience = 10_000
    /// How often a resolver that just stops, for want of endpoints, is taken for one that runs.
    private static let attempts = 20

    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Returns when the attachment's names are answered, and on which port of the network's gateways.
    ///
    /// Starts the resolver when none runs.
    package func serve(_ attachment: AttachmentID, on network: NetworkName) throws(CNIError) -> Port {
        let request = ResolverRequest.sync(network, attachment)
        for attempt in 0..<Self.attempts {
            if attempt > 1 { pause(milliseconds: attempt) }
            guard let answer = try calling({ () throws(SystemError) in try ask(request) }) else {
                try start()
                continue
            }
            switch try reply(answer) {
            case .serving(let port?): return port
            // It stopped serving the network before it saw the record, which is there by now.
            case .serving(nil): continue
            case .failed(let reason): throw CNIError(.internalError, "serve names of network \(network): \(reason)")
            }
        }
        throw CNIError(
            .tryAgainLater, "serve names of network \(network): swnet-dns does not stay; see what `swnet-dns` says")
    }

    /// Returns when the attachment's names are answered no more. When no resolver runs, nobody answers them.
    package func forget(_ attachment: AttachmentID, on network: NetworkName) throws(SystemError) {
        _ = try ask(.sync(network, attachment))
    }

    /// What the resolver says of itself; nil when none runs.
    package func status() throws(SystemError) -> JSONObject? {
        guard let answer = try ask(.status) else { return nil }
        // What is no answer is none: whoever asks wants to know whether a resolver runs.
        return try? JSONObject(parsing: answer)
    }

    /// Nil when nobody is there, or not any more.
    private func ask(_ request: ResolverRequest) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            let stream = try LocalStream(connectingTo: layout.resolver(.control), deadline: Self.patience)
            return try stream.exchange(request.json.encoded())
        } catch {
            guard error.isNotFound || error.errno == .connectionRefused else { throw error }
            return nil
        }
    }

    private func reply(_ answer: [UInt8]) throws(CNIError) -> ResolverReply {
        try decoding { () throws(JSONError) in try ResolverReply(JSONObject(parsing: answer)) }
    }

    private func start() throws(CNIError) {
        let program = try program()
        let complaint = try calling { () throws(SystemError) in
            try Daemon.start(
                program, arguments: ["--detached", "--state-dir", layout.runDirectory.string], environment: [],
                deadline: Self.patience)
        }
        guard !complaint.isEmpty else { return }
        let reason = complaint.split(separator: "\n").last.map(String.init) ?? ""
        throw CNIError(.internalError, "start \(program): \(reason)")
    }

    /// Beside `swnet-cni`, wherever a link to that may lie; for `swnet`, where both are installed.
    private func program() throws(CNIError) -> FilePath {
        guard let own = File.target(ofLink: "/proc/self/exe") else {
            throw CNIError(.internalError, "start swnet-dns: /proc/self/exe cannot be read: mount /proc")
        }
        let directory = own.removingLastComponent()
        let beside = directory.appending("swnet-dns")
        let installed = directory.removingLastComponent().appending("libexec/swnet/swnet-dns")
        return !File.exists(beside) && File.exists(installed) ? installed : beside
    }
}
