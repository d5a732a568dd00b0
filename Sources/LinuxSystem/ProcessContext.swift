// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What the kernel handed this process: arguments and environment.
package enum ProcessContext {
    /// The argument vector, program name first.
    package static var arguments: [String] {
        (0..<swnet_argument_count()).compactMap { index in
            guard let argument = unsafe swnet_argument(index) else { return nil }
            return unsafe String(cString: argument)
        }
    }

    /// Every `NAME=value` entry of the environment, in order.
    package static var environment: [String] {
        guard var entry = unsafe swnet_environment() else { return [] }
        var entries: [String] = []
        while let text = unsafe entry.pointee {
            unsafe entries.append(String(cString: text))
            unsafe entry += 1
        }
        return entries
    }

    package static var processID: Int32 { getpid() }

    /// Sets a variable of the environment, for this process and those that it starts from here on.
    package static func setEnvironment(_ name: String, to value: String) { unsafe setenv(name, value, 1) }

    /// Makes a trap print a CNI error object and exit 1 instead of dying by a signal.
    package static func installFaultHandler() { swnet_install_fault_handler() }

    /// Ends the process.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
