// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Runs `body` on `count` threads at once, each with its number from 0, and returns what it gave, in that order.
///
/// Real threads, because the width of the test runner's pool would limit how many wait for one lock.
package func onThreads<R: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> R
) throws -> [R] {
    let results = ThreadResults<R>()
    var threads: [pthread_t] = []
    for number in 0..<count {
        threads.append(try startThread { results.set(number, to: Result { try body(number) }) })
    }
    for thread in threads { pthread_join(thread, nil) }
    return try results.inOrder()
}

private func startThread(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
    let context = unsafe Unmanaged.passRetained(ThreadBody(run: body)).toOpaque()
    var thread = pthread_t()
    let failure = unsafe pthread_create(
        &thread, nil,
        { @Sendable context in
            guard let context = unsafe context else { return nil }
            unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context)
    guard failure == 0 else { throw Errno(rawValue: failure) }
    return thread
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

private final class ThreadResults<R: Sendable>: Sendable {
    private let results = Mutex<[Int: Result<R, any Error>]>([:])

    func set(_ number: Int, to result: Result<R, any Error>) { results.withLock { $0[number] = result } }

    func inOrder() throws -> [R] {
        try results.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
    }
}
