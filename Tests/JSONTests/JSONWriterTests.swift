// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct JSONWriterTests {
    private let value: JSON = [
        "name": "a/b", "empty": [:], "none": [], "list": [1, ["x": .null]], "flag": true,
    ]

    @Test("compact text has no white space")
    func compact() {
        #expect(value.text() == #"{"name":"a/b","empty":{},"none":[],"list":[1,{"x":null}],"flag":true}"#)
    }

    @Test("indented text is that of the CNI library")
    func indented() {
        #expect(
            value.text(.indented) == """
                {
                    "name": "a/b",
                    "empty": {},
                    "none": [],
                    "list": [
                        1,
                        {
                            "x": null
                        }
                    ],
                    "flag": true
                }
                """)
    }

    @Test(
        "escapes what RFC 8259 demands and nothing else",
        arguments: [
            ("\"\\", #""\"\\""#), ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#), ("\0\u{1}\u{1f}", #""\u0000\u0001\u001f""#),
            ("/\u{7f}é\u{2028}<>&😀", "\"/\u{7f}é\u{2028}<>&😀\""),
        ])
    func escapes(content: String, expected: String) {
        #expect(JSON.string(content).text() == expected)
        #expect(JSONObject([(content, JSON.null)]).encoded() == Array("{\(expected):null}".utf8))
    }
}
