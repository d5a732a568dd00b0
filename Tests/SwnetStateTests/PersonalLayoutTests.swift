// SPDX-License-Identifier: Apache-2.0
import SwnetState
import Testing

@Suite struct PersonalLayoutTests {
    private static func variables(_ environment: [String: String]) -> [String] {
        StateLayout.personalVariables(environment: environment, host: 42).map { "\($0.name)=\($0.value)" }
    }

    @Test("directories of a person's own, state apart for each host") func directories() {
        #expect(
            Self.variables(["XDG_RUNTIME_DIR": "/run/user/1000", "HOME": "/h"]) == [
                "SWNET_STATE_DIR=/run/user/1000/swnet/42", "SWNET_LEASE_DIR=/run/user/1000/swnet/42/leases",
                "SWNET_CONFIG_DIR=/h/.config/cni/net.d",
            ])
        #expect(
            Self.variables(["HOME": "/h", "XDG_CONFIG_HOME": "/c"]) == [
                "SWNET_STATE_DIR=/h/.local/state/swnet/42", "SWNET_LEASE_DIR=/h/.local/state/swnet/42/leases",
                "SWNET_CONFIG_DIR=/c/cni/net.d",
            ])
    }

    @Test("what the environment says already stays") func named() {
        #expect(
            Self.variables(["HOME": "/h", "SWNET_STATE_DIR": "/s", "SWNET_CONFIG_DIR": "/c"]) == [
                "SWNET_LEASE_DIR=/s/leases"
            ])
    }

    @Test("without a home there are none", arguments: [[:], ["HOME": "relative"]] as [[String: String]])
    func homeless(environment: [String: String]) { #expect(Self.variables(environment) == []) }
}
