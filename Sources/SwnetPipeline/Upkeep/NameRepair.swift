// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// Has names answered again, and questions led to where they are answered.
struct NameRepair {
    let networks: [NetworkRecord]
    let endpoints: [EndpointRecord]
    let layout: StateLayout

    func run(_ log: inout UpkeepLog) throws(CNIError) {
        let named = networks.compactMap { network in
            endpoints.first { $0.network == network.network && $0.hasNames }.map { (network, $0) }
        }.filter { $0.0.resolver != nil }
        guard let first = named.first else { return }
        let service = NameService(layout)
        if try calling({ () throws(SystemError) in try service.status() }) == nil {
            log.step(nil, "the resolver of names", is: "not running", toBe: "started") { () throws(CNIError) in
                _ = try service.serve(first.1.attachment, on: first.0.network)
            }
        }
        // Where it serves, only it knows once it runs.
        guard log.mode == .apply, log.steps.last?.hasFailed != true else { return }
        for (network, endpoint) in named { try repairRedirect(network, endpoint, service, &log) }
    }

    private func repairRedirect(
        _ network: NetworkRecord, _ endpoint: EndpointRecord, _ service: NameService, _ log: inout UpkeepLog
    ) throws(CNIError) {
        let port = try service.serve(endpoint.attachment, on: network.network)
        let redirected = port.rawValue == ResolverRedirect.questionPort ? nil : port
        guard redirected != network.resolver?.port, let bridge = endpoint.bridge ?? network.bridge else { return }
        log.step(
            network.network, "the resolver of network \(network.network)", is: "at another port",
            toBe: "led to port \(port)"
        ) { () throws(CNIError) in
            let attachment = try Attachment(collecting: endpoint, layout)
            try attachment.underLock { _ throws(CNIError) in
                try NetworkUpkeep(layout).redirectNames(
                    to: redirected, on: bridge, attachment, EndpointRecord.namesSection)
            }
        }
    }
}
