// SPDX-License-Identifier: Apache-2.0
package import ArgumentParser
internal import LinuxSystem

/// The admin program: parse, call the libraries, print.
@main
package struct Swnet: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "swnet",
        abstract: "Make, look at and remove container networks of this Linux host.",
        discussion: """
            A first tour, as root:

              swnet create mynet
              swnet run --network mynet --name web --publish 8080:80 -- busybox httpd -f -p 80
              swnet ps
              curl http://localhost:8080/
              swnet rm --force mynet

            Networks are CNI configurations: Podman, containerd and other runtimes can use what 'swnet create' makes, \
            and swnet can use what they have. Exit status: 0 for success, 1 for failure, 64 for a wrong command line.
            """,
        subcommands: [
            Create.self, Ls.self, Inspect.self, Rm.self, Prune.self, Connect.self, Disconnect.self, Run.self,
            Exec.self, Stop.self, Ps.self, PortList.self, Resolve.self, Doctor.self, Repair.self, Gc.self, Graph.self,
            Stats.self, Events.self, Trace.self, Version.self,
        ])

    package init() {}

    package static func main() {
        do {
            LayoutOptions.adoptPersonalDirectories()
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(withError: Failure.explaining(error))
        }
    }
}
