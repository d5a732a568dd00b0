// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import SwnetState
internal import SystemPackage

/// `swnet-dns`: starts, says why it cannot, and serves.
enum Program {
    /// For one that still has the lock and is about to end, in milliseconds.
    private static let patience = 5000

    static func run() -> Int32 {
        StandardStreams.secure()
        let options: Options
        do throws(Options.Mistake) {
            options = try Options(
                Array(ProcessContext.arguments.dropFirst()), environment: ProcessContext.environment)
        } catch {
            say("\(error)")
            return 64
        }
        do throws(SystemError) {
            if options.isHelpWanted {
                try StandardStreams.writeOutput(Array(Options.help.utf8))
            } else {
                try serve(options)
            }
            return 0
        } catch {
            say("\(error)")
            return 1
        }
    }

    private static func serve(_ options: Options) throws(SystemError) {
        Daemon.useLittleMemory()
        let directory = StateLayout(runDirectory: options.stateDirectory).runDirectory
        try File.createDirectory(directory)
        // From here on paths are short, and readable for whoever we become.
        try Daemon.enter(directory)
        let layout = StateLayout(runDirectory: ".")
        try File.createDirectory(layout.resolver(.lock).removingLastComponent())
        let isActivated = StreamListener.isPassed(in: ProcessContext.environment)
        guard let lock = try isActivated ? lock(layout) : lockUnlessServed(layout) else { return }
        if options.isDetached { Daemon.leaveControlGroups() }
        Privileges.allowDescriptors(8192)
        let control = try isActivated ? StreamListener.passed() : StreamListener(at: layout.resolver(.control))
        let server = try Server(layout, options, control: control)
        // Later it may not be readable any more; then these stay.
        server.readHostServers()
        try Privileges.drop(reading: layout.runDirectory)
        server.readEverything()
        if options.isDetached { try Daemon.releaseStandardError() }
        try server.run()
        extendLifetime(lock)
    }

    /// Who comes by the socket that a supervisor keeps waits for this process, and cannot be answered by another one.
    private static func lock(_ layout: StateLayout) throws(SystemError) -> FileLock? {
        try FileLock(path: layout.resolver(.lock), deadline: patience)
    }

    /// Nil when another one serves.
    private static func lockUnlessServed(_ layout: StateLayout) throws(SystemError) -> FileLock? {
        let begin = MonotonicClock.milliseconds()
        while true {
            do throws(SystemError) { return try FileLock(path: layout.resolver(.lock), deadline: 0) } catch {
                guard error.errno == .wouldBlock, MonotonicClock.milliseconds() < begin + patience else { throw error }
            }
            if isServed(layout) { return nil }
            pause(milliseconds: 10)
        }
    }

    private static func isServed(_ layout: StateLayout) -> Bool {
        do throws(SystemError) {
            let stream = try LocalStream(connectingTo: layout.resolver(.control), deadline: patience)
            return try stream.exchange(ResolverRequest.status.json.encoded()) != nil
        } catch { return false }
    }

    private static func say(_ sentence: String) { StandardStreams.writeError("swnet-dns: \(sentence)\n") }
}

ProcessContext.exit(Program.run())
