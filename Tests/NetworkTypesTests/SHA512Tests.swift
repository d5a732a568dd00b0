// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import Testing

@Suite struct SHA512Tests {
    /// The first two of FIPS 180-4's examples, the empty text, and what the reference plugins make of names.
    @Test(
        "digests",
        arguments: [
            (
                "",
                "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                    + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
            ),
            (
                "abc",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
            ("n1c1", "7be53730afe4dc6eb2178d03"), ("unit-test", "6fd94d501e58f0aa"), ("eth0:one", "287fc69eff0574a2"),
        ])
    func digest(text: String, beginning: String) {
        #expect(SHA512(of: text).text.hasPrefix(beginning))
        #expect(SHA512(of: text).text.utf8.count == 128)
    }

    /// The lengths at which padding changes its size; digests by coreutils' sha512sum.
    @Test(
        "lengths around a block",
        arguments: [
            (111, "fa9121c7b32b9e01"), (112, "c01d080efd492776"), (113, "55ddd8ac210a6e18"), (119, "130396a75cb483f2"),
            (120, "f241de612b01aa2f"), (127, "828613968b501dc0"), (128, "b73d1929aa615934"), (129, "4f681e0bd53cda4b"),
            (240, "4c296d90c61052a6"),
        ])
    func padding(count: Int, beginning: String) {
        #expect(SHA512(of: String(repeating: "a", count: count)).text.hasPrefix(beginning))
    }
}
