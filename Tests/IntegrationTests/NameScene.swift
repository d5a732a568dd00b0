// SPDX-License-Identifier: Apache-2.0
import CNI
import Glibc
import JSON
import LinuxSystem
import NetworkTypes
import SwnetPipeline
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// What dig(1) shows of an answer.
struct Answer: Equatable {
    /// `NOERROR`, `NXDOMAIN`; `none` when nothing came back.
    var status = "none"
    var flags: Set<String> = []
    /// The data of each answer record, in order.
    var data: [String] = []
    var timesToLive: [Int] = []
    /// The types of the records in the authority section.
    var authorities: [String] = []

    /// Parses what `dig +noall +comments +answer +authority` prints.
    init(_ text: String) {
        var section = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix(";; ->>HEADER<<-"), let status = Self.word(after: "status: ", in: line) {
                self.status = status
            } else if line.hasPrefix(";; flags: ") {
                flags = Set(line.dropFirst(10).prefix { $0 != ";" }.split(separator: " ").map(String.init))
            } else if line.hasPrefix(";; "), line.hasSuffix(" SECTION:") {
                section = String(line.dropFirst(3).dropLast(9))
            } else if !line.hasPrefix(";") {
                take(line.split { $0 == " " || $0 == "\t" }.map(String.init), section)
            }
        }
    }

    private mutating func take(_ fields: [String], _ section: String) {
        guard fields.count > 4 else { return }
        if section == "AUTHORITY" { authorities.append(fields[3]) }
        guard section == "ANSWER" else { return }
        data.append(fields[4...].joined(separator: " "))
        timesToLive.append(Int(fields[1]) ?? -1)
    }

    private static func word(after mark: String, in line: Substring) -> String? {
        guard let range = line.firstRange(of: mark) else { return nil }
        return String(line[range.upperBound...].prefix { $0 != "," })
    }
}

/// A host whose networks have names, and containers that ask.
final class NameScene {
    let host: RuntimeHost
    /// Files of the test's own.
    let directory: TemporaryDirectory

    init() throws {
        host = try RuntimeHost()
        directory = try TemporaryDirectory()
        // The resolver is nobody, and resolv.conf is for everybody.
        try Command.run("chmod 755 \(directory.path)")
    }

    deinit { stopResolver() }

    var layout: StateLayout { StateLayout(runDirectory: host.runner.stateDirectory.string) }

    /// A network of type `swnet`, dual stack.
    ///
    /// - Parameters:
    ///   - number: Tells networks apart: name `net<number>`, subnets `10.1.<number>.0/24` and `fd00:<number>::/64`.
    ///   - dns: The key `dns`.
    func network(_ number: Int = 1, dns: String = "{}", members: String = "") throws -> RuntimeNetwork {
        let plan = NetworkPlan(kind: .swnet, number: number).with {
            $0.swnet = #""dns": \#(dns), \#(members)"#
            $0.capabilities = #", "aliases": true"#
        }
        return try host.network(plan)
    }

    /// What a container hears from the gateway of its network.
    ///
    /// - Parameter options: For dig(1).
    func ask(
        _ container: RuntimeAttachment, _ name: String, _ type: String = "A", at server: IPAddress? = nil,
        _ options: String = ""
    ) throws -> Answer {
        let gateway = try #require(server ?? container.result.addresses.first?.gateway)
        return try ask(from: container.sandbox, gateway, name, type, options)
    }

    func ask(
        from namespace: TestNamespace, _ server: IPAddress, _ name: String, _ type: String = "A",
        _ options: String = ""
    ) throws -> Answer {
        let line = "dig +tries=1 +time=6 +noall +comments +answer +authority \(options) @\(server) \(name) \(type)"
        let outcome = try namespace.inside { try Command.outcome(line.split(separator: " ").map(String.init)) }
        return Answer(outcome.output)
    }

    /// What the resolver says of itself; nil when none runs.
    func status() throws -> JSONObject? { try NameService(layout).status() }

    var resolverID: Int32? {
        get throws { try status()?["pid"]?.intValue.map { Int32($0) } }
    }

    func kill(_ process: Int32?, _ signal: Int32 = SIGKILL) { if let process { Glibc.kill(process, signal) } }

    /// Until no resolver answers any more; false when one still does after ten seconds.
    func waitUntilResolverIsGone() throws -> Bool { try Self.wait { try status() == nil } }

    /// Waits for ten seconds at most; returns whether it has become true.
    static func wait(until isTrue: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<1000 {
            if try isTrue() { return true }
            usleep(10_000)
        }
        return false
    }

    private func stopResolver() {
        // One that does not answer ends with its directory.
        if let process = try? resolverID { kill(process) }
    }

    /// Starts the resolver as an administrator does, with a resolv.conf of the test's own.
    func startResolver() throws -> BackgroundProgram {
        let program = try #require(host.runner.programDirectory).appending("swnet-dns").string
        let resolver = try BackgroundProgram(
            [program, "--state-dir", layout.runDirectory.string, "--resolv-conf", resolvConf.string], in: host.host,
            log: directory.path.appending("swnet-dns.log"))
        guard try Self.wait(until: { try status() != nil }) else {
            throw Command.Failure(description: "swnet-dns does not answer")
        }
        return resolver
    }

    var resolvConf: FilePath { directory.path.appending("resolv.conf") }

    func writeResolvConf(_ servers: [String]) throws {
        try AtomicFile.write(Array(servers.map { "nameserver \($0)\n" }.joined().utf8), to: resolvConf)
    }
}

/// dnsmasq(8) with names of its own, which writes down what it is asked.
final class UpstreamServer {
    private let program: BackgroundProgram
    private let log: FilePath

    /// - Parameter options: What it knows.
    init(_ scene: NameScene, in namespace: TestNamespace, at address: IPAddress, _ options: [String]) throws {
        let log = scene.directory.path.appending("dnsmasq-\(address)")
        self.log = log
        program = try BackgroundProgram(
            [
                "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
                "--pid-file=", "--bind-interfaces", "--listen-address=\(address)", "--except-interface=lo",
                "--log-queries", "--log-facility=\(log)", "--log-async=0",
            ] + options, in: namespace)
        let isReady = try NameScene.wait { try scene.ask(from: namespace, address, "ready.test").status != "none" }
        guard isReady else { throw Command.Failure(description: "dnsmasq does not answer at \(address)") }
    }

    /// The names it was asked for, each once.
    func questions() throws -> Set<String> { Set(try questionList()) }

    /// How often it was asked for a name.
    func count(of name: String) throws -> Int { try questionList().count { $0 == name } }

    private func questionList() throws -> [String] {
        String(decoding: try File.read(log), as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let place = words.firstIndex(where: { $0.hasPrefix("query[") }) else { return nil }
            return words[place + 1]
        }
    }

    func stop() { program.signal(SIGSTOP) }

    func resume() { program.signal(SIGCONT) }
}
