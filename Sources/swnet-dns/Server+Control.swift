// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// What programs of this host want.
extension Server {
    private static let mostCallers = 512

    func acceptCallers() {
        do throws(SystemError) {
            while callers.count < Self.mostCallers, let accepted = try control.accept() {
                let token = sources.makeToken()
                let caller = Caller(accepted.take(), token: token)
                try sources.add(caller.stream.descriptor, token: token, .caller(caller))
                callers[token] = caller
            }
        } catch { connections.closeIdlest() }
    }

    func serve(_ caller: Caller) {
        guard let lines = caller.receive(&buffer) else { return dismiss(caller) }
        for line in lines {
            guard caller.send(reply(to: line).encoded()) else { return dismiss(caller) }
        }
        stopIfUnneeded()
    }

    private func dismiss(_ caller: Caller) {
        sources.remove(caller.token)
        callers[caller.token] = nil
    }

    private func reply(to line: [UInt8]) -> JSONObject {
        do throws(JSONError) {
            switch try ResolverRequest(JSONObject(parsing: line)) {
            case .status: return status
            case .sync(let network, let attachment): return synchronize(network, attachment).json
            }
        } catch { return ResolverReply.failed("\(error)").json }
    }

    private func synchronize(_ network: NetworkName, _ attachment: AttachmentID?) -> ResolverReply {
        hasSynchronized = true
        readNetwork(network)
        if let attachment { readEndpoint(attachment, on: network) } else { readEndpoints(of: network) }
        if let failure = failures[network] { return .failed(failure) }
        return .serving(gateways.used(by: network).first.flatMap { Port(Int($0.port)) })
    }
}
