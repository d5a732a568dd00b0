// SPDX-License-Identifier: Apache-2.0
package import Testing

/// Gives each test case a network namespace of its own, on a thread of its own, so that cases run side by side.
package struct NetworkNamespaceTrait: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await body() }
        let executor = try NamespaceExecutor()
        defer { executor.close() }
        try await withTaskExecutorPreference(executor) { try await body() }
    }
}

extension Trait where Self == NetworkNamespaceTrait {
    /// Runs the test in a fresh network namespace. Needs root; see ``Privileges/canUnshareNetwork``.
    package static var networkNamespace: Self { NetworkNamespaceTrait() }
}
