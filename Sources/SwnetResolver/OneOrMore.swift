// SPDX-License-Identifier: Apache-2.0

/// Values under one key. Ten thousand keys with one value each are the rule, so that case has no array.
enum OneOrMore<Element: Equatable & Sendable>: Equatable, Sendable {
    case one(Element)
    case more([Element])

    var first: Element? {
        switch self {
        case .one(let element): element
        case .more(let elements): elements.first
        }
    }

    func forEach(_ body: (Element) -> Void) {
        switch self {
        case .one(let element): body(element)
        case .more(let elements): elements.forEach(body)
        }
    }

    mutating func append(_ element: Element) {
        switch self {
        case .one(let first): self = .more([first, element])
        case .more(let elements): self = .more(elements + [element])
        }
    }

    /// Without one of the elements equal to `element`; nil when that was the last.
    func removing(_ element: Element) -> OneOrMore? {
        switch self {
        case .one(let only): return only == element ? nil : self
        case .more(var elements):
            guard let index = elements.firstIndex(of: element) else { return self }
            elements.remove(at: index)
            return elements.count == 1 ? .one(elements[0]) : .more(elements)
        }
    }
}

extension Dictionary {
    mutating func append<Element>(_ element: Element, at key: Key) where Value == OneOrMore<Element> {
        if let index = index(forKey: key) { values[index].append(element) } else { self[key] = .one(element) }
    }

    mutating func remove<Element>(_ element: Element, at key: Key) where Value == OneOrMore<Element> {
        if let all = self[key] { self[key] = all.removing(element) }
    }
}
