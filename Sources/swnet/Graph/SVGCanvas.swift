// SPDX-License-Identifier: Apache-2.0

/// A picture in the making, as large as what is on it. Lengths are in pixels.
struct SVGCanvas {
    /// The part of a text that its position is.
    enum Anchor: String {
        case start
        case end
    }

    private var elements: [String] = []
    private var width = 0.0
    private var height = 0.0

    /// Sizes of text. Monospaced, so that a text is as wide as its columns whatever the fonts of the viewer; the widest
    /// of the usual ones has columns of 0.602 of its size.
    static let fontSize = 13.0
    static let lineHeight = 19.0

    static func width(of text: String) -> Double { (Double(text.displayWidth) * fontSize * 0.605).rounded(.up) }

    /// - Parameter title: What a pointer that rests on it shows; nil for nothing.
    mutating func box(_ frame: Frame, _ style: String, title: String? = nil) {
        let shape = #"<rect class="\#(style)" \#(frame.attributes) rx="6""#
        elements.append(title.map { "\(shape)><title>\(Self.escaped($0))</title></rect>" } ?? "\(shape)/>")
        reach(frame.right, frame.bottom)
    }

    mutating func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double), _ style: String) {
        elements.append(
            #"<path class="\#(style)" d="M\#(number(start.x)) \#(number(start.y))L\#(number(end.x)) \#(number(end.y))"/>"#
        )
        reach(max(start.x, end.x), max(start.y, end.y))
    }

    /// - Parameter y: Of the line's base.
    mutating func text(_ text: String, x: Double, y: Double, _ style: String, _ anchor: Anchor = .start) {
        let place = #"x="\#(number(x))" y="\#(number(y))""#
        let ending = anchor == .end ? #" text-anchor="end""# : ""
        elements.append(#"<text class="\#(style)" \#(place)\#(ending)>\#(Self.escaped(text))</text>"#)
        reach(anchor == .end ? x : x + Self.width(of: text), y + 6)
    }

    private mutating func reach(_ x: Double, _ y: Double) {
        width = max(width, x)
        height = max(height, y)
    }

    /// - Parameters:
    ///   - margin: Around everything.
    ///   - style: CSS rules.
    func document(title: String, margin: Double, style: String) -> String {
        let (width, height) = (number(width + margin), number(height + margin))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img">
            <title>\(Self.escaped(title))</title>
            <style>
            \(style)
            </style>
            <rect class="page" width="100%" height="100%"/>

            """ + elements.map { $0 + "\n" }.joined() + "</svg>\n"
    }

    /// The text as XML has it. Control characters, which XML cannot hold, become question marks.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{0}"..<" ", "\u{fffe}", "\u{ffff}": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A rectangle.
struct Frame {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var right: Double { x + width }
    var bottom: Double { y + height }
    var middle: Double { y + height / 2 }

    fileprivate var attributes: String {
        #"x="\#(number(x))" y="\#(number(y))" width="\#(number(width))" height="\#(number(height))""#
    }
}

/// Without a fraction of zero, and with one digit of any other.
private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
}
