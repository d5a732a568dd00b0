// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SystemPackage

/// What namespaces and state directories hold, as lines of text, without what comes and goes by itself.
package struct HostSnapshot: Hashable, Sendable {
    private(set) package var lines: Set<String> = []

    /// What differs, each line behind `-` for gone or `+` for new.
    package func changes(since earlier: HostSnapshot) -> [String] {
        earlier.lines.subtracting(lines).sorted().map { "- " + $0 }
            + lines.subtracting(earlier.lines).sorted().map { "+ " + $0 }
    }

    /// Adds links, addresses, routes, rules and what nftables has beside constant rules of the thread's namespace.
    mutating func addNamespace(_ name: String) throws {
        let shown =
            try Command.run(
                "ip -oneline -batch -", input: "link show\naddress show\nroute show table all\nrule show\n")
            + Command.run("ip -6 -oneline -batch -", input: "route show table all\nrule show\n")
        for line in shown.split(separator: "\n") {
            if let stable = Self.stable(line) { lines.insert("\(name): \(stable)") }
        }
        for line in Self.variablePart(ofRuleset: try Command.run("nft --stateless list ruleset")) {
            lines.insert("\(name): nft \(line)")
        }
    }

    /// A line of ip(8) without numbers and states that change by themselves; nil for what the kernel adds and removes
    /// some time after the address or the link that it goes with.
    private static func stable(_ line: Substring) -> String? {
        var words = line.split { $0 == " " || $0 == "\t" || $0 == "\\" }.map(String.init)
        if line.contains("fe80::") || ["multicast", "anycast"].contains(words.first) { return nil }
        if words.first == "local", line.contains(" proto kernel ") { return nil }
        if !line.contains(" lookup "), words.first?.last == ":" { words.removeFirst() }
        if let state = words.firstIndex(of: "state") { words.removeSubrange(state...(state + 1)) }
        return words.filter { !["tentative", "linkdown", "dead"].contains($0) }.map(flags).joined(separator: " ")
    }

    /// `<UP,LOWER_UP>` without what the carrier sets.
    private static func flags(_ word: String) -> String {
        guard word.hasPrefix("<") else { return word }
        return word.dropFirst().dropLast().split(separator: ",")
            .filter { !["LOWER_UP", "NO-CARRIER", "M-DOWN"].contains($0) }.joined(separator: ",")
    }

    /// The elements of swnet's table, and other tables whole: the rules of ours are constant.
    private static func variablePart(ofRuleset ruleset: String) -> [String] {
        var found: [String] = []
        var (table, set, collecting) = ("", "", "")
        for line in ruleset.split(separator: "\n") {
            let text = line.drop { $0 == "\t" }
            let words = text.split(separator: " ")
            if words.first == "table" { table = text.dropLast(2).description }
            guard table == "table inet swnet" else {
                found.append("\(table): \(text)")
                continue
            }
            if words.first == "set" || words.first == "map" { set = String(words[1]) }
            if text.hasPrefix("elements = {") || !collecting.isEmpty { collecting += text }
            guard collecting.hasSuffix("}") else { continue }
            let elements = collecting.dropFirst("elements = {".count).dropLast()
            if set != "skeleton" {
                found += elements.split(separator: ",").map {
                    "\(set): \($0.split(separator: " ").joined(separator: " "))"
                }
            }
            collecting = ""
        }
        return found
    }

    /// Adds every file with its content, except locks, the resolver's socket, the cursors of host-local and what was
    /// changed on the host for good, which stay on purpose.
    mutating func addFiles(below directory: FilePath) throws {
        for name in try File.list(directory) where !["locks", "lock", "dns", "settings.json"].contains(name) {
            let path = directory.appending(name)
            if try FileStatus.ofFile(at: path)?.kind == .directory {
                try addFiles(below: path)
            } else if !name.hasPrefix("last_reserved_ip.") {
                let place = path.components.suffix(3).map(\.string).joined(separator: "/")
                lines.insert("file \(place): \(String(decoding: try File.read(path), as: UTF8.self))")
            }
        }
    }
}
