// SPDX-License-Identifier: Apache-2.0
import CNI
import Testing

@Suite struct InvocationTests {
    @Test(
        "the program's name selects the plugin",
        arguments: [
            ("echo", []), ("/opt/cni/bin/echo", []), ("./echo", ["--capabilities"]), ("buildkit-cni-echo", []),
            ("/usr/bin/swnet-echo", []), ("swnet-cni", ["echo"]), ("swnet-cni", ["buildkit-cni-echo", "x"]),
            ("whatever", ["echo"]),
        ] as [(String, [String])])
    func selection(program: String, flags: [String]) {
        var call = PluginCall("ADD")
        call.program = program
        call.flags = flags
        #expect(call.run().error == nil)
    }

    @Test(
        "a program of no type says what it should be called",
        arguments: [
            ("swnet-cni", []), ("swnet-cni", ["--echo"]), ("ech", []), ("", []), ("swnet-cni", ["x", "echo"]),
        ] as [(String, [String])])
    func unknown(program: String, flags: [String]) {
        var call = PluginCall("ADD")
        call.program = program
        call.flags = flags
        let error = call.run().error
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.hasSuffix("install it as one of echo, broken") == true)
    }

    @Test("of several entries of a variable the last counts")
    func variables() {
        let invocation = Invocation(
            arguments: [],
            environment: ["CNI_IFNAME=eth0", "CNI_IFNAMES=x", "CNI_IFNAME=a=b", "CNI_PATH=", "CNI_ARGS=\u{301}"])
        #expect(invocation[.interfaceName] == "a=b")
        #expect(invocation[.path] == "")
        #expect(invocation[.netns] == "")
        #expect(invocation[.arguments] == "\u{301}")
    }
}
