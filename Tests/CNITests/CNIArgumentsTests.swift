// SPDX-License-Identifier: Apache-2.0
import CNI
import Testing

@Suite struct CNIArgumentsTests {
    @Test("reads pairs and forgives what runtimes write")
    func pairs() {
        let arguments = CNIArguments("K8S_POD_NAME=web;;MAC=0a:58:0a:00:00:01;IP=10.0.0.1;IP=10.0.0.2;X=a=b;EMPTY=;")
        #expect(arguments["K8S_POD_NAME"] == "web")
        #expect(arguments["IP"] == "10.0.0.2")
        #expect(arguments["X"] == "a=b")
        #expect(arguments["EMPTY"] == "")
        #expect(arguments["mac"] == nil)
        #expect(arguments["absent"] == nil)
        #expect(arguments.malformed == [])
        #expect(throws: Never.self) { try arguments.rejectMalformed() }
        #expect(
            arguments == CNIArguments("K8S_POD_NAME=web;MAC=0a:58:0a:00:00:01;IP=10.0.0.1;IP=10.0.0.2;X=a=b;EMPTY="))
        #expect(Set([arguments, CNIArguments()]).count == 2)
    }

    @Test("a combining mark hides no separator")
    func combiningMarks() {
        let arguments = CNIArguments("A=\u{301}b;\u{301}C=d")
        #expect(arguments["A"] == "\u{301}b")
        #expect(arguments["\u{301}C"] == "d")
    }

    @Test("a part that is no pair is invalid", arguments: ["FOO", "A=b;FOO", "FOO;A=b"])
    func malformed(text: String) {
        let error = #expect(throws: CNIError.self) { try CNIArguments(text).rejectMalformed() }
        #expect(error == CNIError(.invalidEnvironment, "CNI_ARGS: \"FOO\" is not of the form KEY=value"))
    }

    @Test(
        "unknown keys are ignored unless the runtime forbids it",
        arguments: [
            ("", true), ("IP=1;X=1", true), ("IP=1;X=1;IgnoreUnknown=1", true), ("X=1;IgnoreUnknown=TRUE", true),
            ("X=1;IgnoreUnknown=maybe", true), ("IgnoreUnknown=0;IP=1", true), ("X=1;IgnoreUnknown=0", false),
            ("IgnoreUnknown=False;X=1", false), ("ip=1;IgnoreUnknown=0", false),
        ])
    func unknown(text: String, isAccepted: Bool) {
        let error = failure { try CNIArguments(text).rejectUnknown(known: ["IP"]) }
        #expect((error == nil) == isAccepted)
        #expect(error.map(\.code) == (isAccepted ? nil : .invalidEnvironment))
    }
}
