// SPDX-License-Identifier: Apache-2.0

// Compiled by scripts/fuzz as one module with Sources/JSON, which is why nothing is imported.

/// No bytes may trap; what reads must write and read back equal, in both layouts.
@_cdecl("LLVMFuzzerTestOneInput")
func readAndWriteBack(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    do throws(JSONError) {
        let value = try JSON(parsing: bytes)
        for layout in [JSONLayout.compact, .indented] {
            let again = try JSON(parsing: value.encoded(layout))
            precondition(again == value, "reads back different")
        }
        inspect(value)
    } catch {
        guard case .syntax(_, let position) = error else { preconditionFailure("not a syntax error") }
        precondition((0...count).contains(position.offset), "error outside the text")
        precondition(!error.description.isEmpty)
    }
    return 0
}

/// Asks every question that a configuration reader asks.
private func inspect(_ value: JSON) {
    switch value {
    case .number(let number):
        _ = number.double
        if let integer = number.integer(Int64.self) { precondition(number.integer(Int.self) == Int(integer)) }
        _ = number.integer(UInt8.self)
    case .array(let elements): elements.forEach(inspect)
    case .object(let object):
        for member in object {
            precondition(object[member.key] == member.value, "a key is there twice")
            precondition(object.value(ignoringCaseOf: member.key) != nil)
            inspect(member.value)
            if object.count > 100 { return }  // look-up is a scan
        }
        _ = try? ObjectReader(object).rejectUnknownKeys(known: ["name", "cniVersion", "prevResult"])
    case .null, .bool, .string: break
    }
}
