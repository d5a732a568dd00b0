// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct JSONNumberTests {
    @Test(
        "is an integer when its value is one",
        arguments: [
            ("0", 0), ("-0", 0), ("-0.0e5", 0), ("7", 7), ("-12", -12), ("5.0", 5), ("1e3", 1000), ("1.5E+1", 15),
            ("1500e-2", 15),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil), ("1e19", nil),
            ("1.5", nil), ("1e-1", nil), ("1e999999999999999999999", nil), ("1e-999999999", nil), ("0e999", 0),
            ("10000000000000000000e-19", 1), ("123456789012345678901234567890", nil),
        ] as [(String, Int?)])
    func integer(literal: String, expected: Int?) throws {
        #expect(try number(literal).integer() == expected)
    }

    @Test("fits the asked type exactly or not at all")
    func widths() throws {
        #expect(try number("255").integer(UInt8.self) == 255)
        #expect(try number("256").integer(UInt8.self) == nil)
        #expect(try number("-1").integer(UInt.self) == nil)
        #expect(try number("18446744073709551615").integer(UInt64.self) == .max)
        #expect(try number("-0").integer(UInt16.self) == 0)
    }

    @Test(
        "converts to a finite double",
        arguments: [("1.5", 1.5), ("-0", 0), ("1e400", nil), ("1e-400", 0)] as [(String, Double?)])
    func double(literal: String, expected: Double?) throws {
        #expect(try number(literal).double == expected)
    }

    @Test(
        "keeps every digit it was written with", arguments: ["1.10", "1E+2", "-0.0", "12345678901234567890.0987654321"])
    func literal(text: String) throws {
        #expect(try JSON(parsing: text).text() == text)
    }

    @Test("megabytes of digits cost no more than reading them")
    func longLiterals() throws {
        let digits = String(repeating: "7", count: 1_000_000)
        #expect(try number(digits).integer(Int.self) == nil)
        #expect(try number("0." + digits).integer(Int.self) == nil)
        #expect(try number("1e" + digits).integer(Int.self) == nil)
        #expect(try number(digits).double == nil)
        #expect(try number("0." + digits).double != nil)
    }

    @Test("is made from numbers of Swift")
    func values() {
        #expect(JSONNumber(UInt64.max).literal == "18446744073709551615")
        #expect(JSONNumber(0.5)?.description == "0.5")
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
    }

    private func number(_ literal: String) throws -> JSONNumber {
        guard case .number(let number) = try JSON(parsing: literal) else { throw JSONError.missing(path: literal) }
        return number
    }
}
