// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
package import NetworkTypes

// How values look on the command line. A nil becomes a usage error that repeats the text.

extension NetworkName: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension IPPrefix: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension IPAddress: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension MACAddress: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
        guard !isMulticast else { return nil }
    }
}

extension NetworkPlan.Label: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension NetworkPlan.Isolation: ExpressibleByArgument {}

extension DriverOption: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension InterfaceName: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
