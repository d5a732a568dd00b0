// SPDX-License-Identifier: Apache-2.0

/// The candidate with the fewest typing errors between it and `key`; nil when none is close enough to be meant.
package func nearest(to key: String, among candidates: [String]) -> String? {
    let typed = key.utf8.map(lowercased)
    // A long key is no misspelling, and comparing it would cost the product of the lengths.
    guard typed.count <= 64 else { return nil }
    let ranked = candidates.map { (candidate: $0, distance: distance(typed, $0.utf8.map(lowercased))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(2, typed.count / 2) ? best.candidate : nil
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal string alignment).
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for i in left.indices {
        var current = [i + 1]
        for j in right.indices {
            var best = min(previous[j + 1], current[j]) + 1
            best = min(best, previous[j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                best = min(best, beforePrevious[j - 1] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}
