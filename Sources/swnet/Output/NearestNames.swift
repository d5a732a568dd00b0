// SPDX-License-Identifier: Apache-2.0
internal import JSON

/// Up to three of `names` that may have been meant by `text`: those that begin with it or contain it, else the one with
/// the fewest typing errors.
package func nearestNames(to text: String, among names: some Sequence<String>) -> [String] {
    let names = Set(names).sorted()
    let typed = text.lowercased()
    guard !typed.isEmpty else { return [] }
    let beginning = names.filter { $0.lowercased().hasPrefix(typed) }
    let containing = names.filter { !beginning.contains($0) && $0.lowercased().contains(typed) }
    let similar = beginning + containing
    return similar.isEmpty ? [nearest(to: text, among: names)].compactMap(\.self) : Array(similar.prefix(3))
}

/// `a`, `a or b`, `a, b or c`.
package func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
}
