// SPDX-License-Identifier: Apache-2.0
import Netlink
import SystemPackage
import Testing

// The kernel refuses for lack of privilege or support only where no test can run.
@testable import NFTables

@Suite struct NFTablesErrorTests {
    private func failure(_ errno: Errno, _ message: String? = nil) -> NFTablesError.Failure {
        NFTablesError.Failure(index: 3, operation: "add table inet t", errno: errno, message: message)
    }

    @Test(
        "what was refused can be asked for",
        arguments: [
            (.notPermitted, [true, false, false, false]), (.permissionDenied, [true, false, false, false]),
            (.notSupportedOnSocket, [false, true, false, false]), (.protocolNotSupported, [false, true, false, false]),
            (.fileExists, [false, false, true, false]), (.noSuchFileOrDirectory, [false, false, false, true]),
            (.resourceBusy, [false, false, false, false]),
        ] as [(Errno, [Bool])])
    func predicates(errno: Errno, expected: [Bool]) {
        let errors = [
            NFTablesError(refused: [failure(.invalidArgument), failure(errno)]),
            NFTablesError(NetlinkError(operation: "open", cause: .transport(errno))),
        ]
        for error in errors {
            let answers = [
                error.isPermissionDenied, error.isNotSupported, error.isAlreadyExists, error.isNotFound,
            ]
            #expect(answers == expected)
        }
        #expect(errors[0].failedIndices == [3, 3] && errors[1].failures.isEmpty)
    }

    @Test("says what was attempted, what the kernel said, and how much more there is") func description() {
        let one = NFTablesError(refused: [failure(.fileExists)])
        #expect("\(one)" == "add table inet t: File exists")
        let more = NFTablesError(refused: [failure(.outOfRange, "too much"), failure(.fileExists)])
        #expect("\(more)" == "add table inet t: Numerical result out of range: too much (and 1 more)")
        let socket = NFTablesError(NetlinkError(operation: "open", cause: .transport(.protocolNotSupported)))
        #expect("\(socket)" == "open: netlink socket: Protocol not supported")
    }
}
