// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

/// A command in a network namespace, with a host name and a view of the file system of its own.
package struct SandboxProcess: Sendable {
    /// A file that takes the place of one of the host, for the command only.
    package struct Overlay: Hashable, Sendable {
        package let source: FilePath
        package let target: FilePath

        package init(_ source: FilePath, over target: FilePath) {
            self.source = source
            self.target = target
        }
    }

    /// What to run and what it gets to see.
    package struct Plan: Sendable {
        /// The program, searched for in the PATH, and its arguments.
        package var arguments: [String]
        /// A namespace made by ``NetworkNamespace/create(at:)``.
        package var networkNamespace: FilePath
        /// At most 64 bytes.
        package var hostname: String
        /// Those whose target does not exist are left out.
        package var overlays: [Overlay]
        /// `NAME=value` entries that are added to the environment, in place of those with the same name.
        package var environment: [String] = []
        /// Where standard output and error are written; nil for the caller's.
        package var output: FilePath?

        package init(arguments: [String], networkNamespace: FilePath, hostname: String, overlays: [Overlay]) {
            self.arguments = arguments
            self.networkNamespace = networkNamespace
            self.hostname = hostname
            self.overlays = overlays
        }
    }

    package let processID: Int32

    /// Starts the command. It is killed when this process dies.
    ///
    /// Forks, so the process must have one thread.
    ///
    /// - Throws: what kept the command from running, execvp(3) included: `isNotFound` when there is no such program.
    package static func start(_ plan: Plan, _ signals: HeldSignals) throws(SystemError) -> SandboxProcess {
        var ends: [Int32] = [-1, -1]
        try check("create a pipe") { unsafe swnet_pipe_cloexec(&ends) }
        let parent = getpid()
        let child = fork()
        if child == 0 { become(plan, signals, childOf: parent, reportingTo: ends[1]) }
        let failure = SystemError.last("fork")
        let incoming = OwnedDescriptor(adopting: ends[0])
        close(ends[1])
        guard child > 0 else { throw failure }
        try receiveOutcome(of: child, from: incoming)
        return SandboxProcess(processID: child)
    }

    /// Waits for the end of the file, which is execvp(3) closing it, or for the reason why there was none.
    private static func receiveOutcome(
        of child: Int32, from incoming: borrowing OwnedDescriptor
    ) throws(SystemError) {
        let report = try incoming.readToEnd(limit: 65536, "report of a new process")
        guard let code = report.first else { return }
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        throw SystemError(String(decoding: report.dropFirst(), as: UTF8.self), Errno(rawValue: Int32(code)))
    }

    /// The child's half: never returns to the caller's code.
    private static func become(
        _ plan: Plan, _ signals: HeldSignals, childOf parent: Int32, reportingTo report: Int32
    ) -> Never {
        do throws(SystemError) {
            try endWith(parent)
            try direct(to: plan.output)
            try isolate(plan)
            for entry in plan.environment { setEnvironment(entry) }
            signals.restore()
            try replaceCaller(with: plan.arguments)
        } catch {
            // Error numbers of Linux are below 256.
            let message = [UInt8(truncatingIfNeeded: error.errno.rawValue)] + Array(error.operation.utf8)
            _ = unsafe write(report, message, message.count)
            _exit(127)
        }
    }

    private static func endWith(_ parent: Int32) throws(SystemError) {
        try check("set the parent death signal") { swnet_set_parent_death_signal(SIGKILL) }
        // The parent may have died before the request was in place.
        guard getppid() == parent else { throw SystemError("start a process", .noSuchProcess) }
    }

    private static func direct(to output: FilePath?) throws(SystemError) {
        guard let output else { return }
        let file = try OwnedDescriptor(
            opening: output, .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
        let raw = file.rawValue
        for stream in [STDOUT_FILENO, STDERR_FILENO] { try check("write to \(output)") { dup2(raw, stream) } }
    }

    private static func setEnvironment(_ entry: String) {
        guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else { return }
        unsafe setenv(String(entry[..<equals]), String(entry[entry.utf8.index(after: equals)...]), 1)
    }

    private static func isolate(_ plan: Plan) throws(SystemError) {
        try NetworkNamespace(path: plan.networkNamespace).enter()
        try check("unshare mounts and host name") { swnet_unshare(swnet_clone_newns | swnet_clone_newuts) }
        // Slave, not private: when the host unmounts another sandbox's namespace, ours must not keep it alive.
        try check("detach mounts from the host's") {
            unsafe swnet_mount(nil, "/", nil, swnet_ms_rec | swnet_ms_slave, nil)
        }
        try check("set host name \(plan.hostname)") { unsafe sethostname(plan.hostname, plan.hostname.utf8.count) }
        for overlay in plan.overlays where File.exists(overlay.target) {
            try check("mount \(overlay.source) over \(overlay.target)") {
                unsafe swnet_mount(overlay.source.string, overlay.target.string, nil, swnet_ms_bind, nil)
            }
        }
        remountSystemFiles()
    }

    /// Shows the sandbox's interfaces in `/sys/class/net`, and keeps the control groups below it visible.
    ///
    /// Optional: a user namespace may not mount sysfs, and few programs look there.
    static func remountSystemFiles() {
        let groups = unsafe open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(groups) }
        guard unsafe swnet_mount("sysfs", "/sys", "sysfs", 0, nil) == 0, groups >= 0 else { return }
        let flags = swnet_ms_bind | swnet_ms_rec
        _ = unsafe swnet_mount("/proc/self/fd/\(groups)", "/sys/fs/cgroup", nil, flags, nil)
    }

    /// Replaces this program; comes back only by throwing.
    ///
    /// - Throws: The error of execvp(3): `isNotFound` when there is no such program.
    package static func replaceCaller(with arguments: [String]) throws(SystemError) -> Never {
        guard let program = arguments.first else { throw SystemError("run a program without a name", .invalidArgument) }
        var vector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        unsafe execvp(program, &vector)
        throw .last("run \(program)")
    }
}
