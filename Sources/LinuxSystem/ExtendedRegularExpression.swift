// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A POSIX extended regular expression, matched anywhere in a text. regex(7).
@safe package final class ExtendedRegularExpression {
    private var compiled = unsafe regex_t()

    /// Nil when the pattern is malformed.
    package init?(_ pattern: String) {
        guard unsafe regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
    }

    deinit { unsafe regfree(&compiled) }

    package func matches(_ text: String) -> Bool { unsafe regexec(&compiled, text, 0, nil, 0) == 0 }
}
