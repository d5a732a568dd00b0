// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
internal import LinuxSystem
internal import Synchronization
internal import SystemPackage

/// Runs jobs on one thread that stays in one network namespace.
final class NamespaceExecutor: TaskExecutor {
    private let namespace: TestNamespace
    private let jobs = Mutex<[UnownedJob]>([])
    /// A byte for each job. The end of the file ends the thread.
    private let waiting: OwnedDescriptor
    private let announcing: Mutex<Int32>

    init() throws {
        namespace = try TestNamespace()
        var ends: [Int32] = [-1, -1]
        guard unsafe swnet_pipe_cloexec(&ends) == 0 else { throw Errno(rawValue: errno) }
        waiting = OwnedDescriptor(adopting: ends[0])
        announcing = Mutex(ends[1])
        let this = unsafe Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread, nil,
            { @Sendable context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<NamespaceExecutor>.fromOpaque(context).takeRetainedValue().serve()
                return nil
            }, this)
        guard failure == 0 else { throw Errno(rawValue: failure) }
        pthread_detach(thread)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        announcing.withLock { descriptor in _ = unsafe write(descriptor, [0], 1) }
    }

    /// Ends the thread once nothing is queued any more.
    func close() {
        announcing.withLock { descriptor in
            _ = Glibc.close(descriptor)
            descriptor = -1
        }
    }

    private func serve() {
        guard swnet_setns(namespace.namespace.rawDescriptor, swnet_clone_newnet) == 0 else { abort() }
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(waiting.rawValue, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
