# SPDX-License-Identifier: Apache-2.0
# Turns the README.md of a CNI type into a man page. Understands what these files use of Markdown: headings, paragraphs,
# lists with `*`, tables, fenced blocks, and `code`, *emphasis* and [links](…) in a line.
# Variables: version, date. With summary=1 it prints only the name and the sentence under the title.

function literal(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    return text
}
# A line of text in the middle of a page: what begins it must not look like a request.
function inline(text) {
    text = literal(text)
    text = styled(text, "`", "B")
    text = unlinked(text)
    text = styled(text, "*", "I")
    if (text ~ /^[.']/) text = "\\&" text
    return text
}
# Sets what stands between two marks in a font.
function styled(text, mark, font,    parts, count, i, result) {
    count = split(text, parts, mark == "*" ? "[*]" : mark)
    result = parts[1]
    for (i = 2; i <= count; i++)
        result = result (i % 2 == 0 && i < count ? "\\f" font parts[i] : i % 2 == 1 ? "\\fR" parts[i] : mark parts[i])
    return result
}
# `[text](target)` becomes the text.
function unlinked(text,    begin, middle, rest) {
    while (match(text, /\[[^]]*\]\([^)]*\)/)) {
        rest = substr(text, RSTART + RLENGTH)
        begin = substr(text, 1, RSTART - 1)
        middle = substr(text, RSTART + 1, RLENGTH)
        sub(/\].*/, "", middle)
        text = begin middle rest
    }
    return text
}
function trimmed(text) {
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    return text
}
# One row of a table: the first cell is what the row is about, the last what there is to say; of those between, a dash
# says nothing.
function row(line,    cells, count, i, notes) {
    gsub(/^\||\|[ \t]*$/, "", line)
    count = split(line, cells, "|")
    for (i = 1; i <= count; i++) cells[i] = trimmed(cells[i])
    if (!in_table) {
        in_table = 1
        for (i = 1; i <= count; i++) heading[i] = cells[i]
        return
    }
    if (cells[1] ~ /^-+$/) return
    for (i = 2; i < count; i++)
        if (cells[i] != "–")
            notes = notes (notes == "" ? "" : ", ") (heading[i] == "default" ? "default " : "") cells[i]
    print ".TP"
    print inline(cells[1]) (notes == "" ? "" : " (" inline(notes) ")")
    print inline(cells[count])
}
function begin_page(    sentence) {
    sentence = summary_text
    sub(/\.$/, "", sentence)
    # No table is given to a name: NAME is read by whatis(1) and has to be one plain line.
    gsub(/`/, "", sentence)
    sentence = tolower(substr(sentence, 1, 1)) substr(sentence, 2)
    if (summary) {
        print name "\t" sentence
        exit
    }
    print ".TH \"SWNET\\-CNI\\-" toupper(literal(name)) "\" 8 \"" date "\" \"swnet " version "\" \"swnet\""
    print ".\\\" Made from the README.md of the type."
    print ".SH NAME"
    print "swnet\\-cni\\-" literal(name) " \\- " literal(sentence)
    started = 1
}

/^# / && !name { name = trimmed(substr($0, 3)); next }
!started && /^$/ && summary_text { begin_page(); next }
!started && /^$/ { next }
!started { summary_text = summary_text (summary_text == "" ? "" : " ") $0; next }
/^```/ && fenced { print ".fi\n.RE"; fenced = 0; next }
/^```/ { print ".PP\n.RS 4\n.nf"; fenced = 1; next }
fenced { text = literal($0); if (text ~ /^[.']/) text = "\\&" text; print text; next }
/^\|/ { row($0); next }
{ in_table = 0 }
/^#+ / { sub(/^#+ /, ""); print ".SH " toupper(literal($0)); gap = 0; next }
/^$/ { gap = 1; next }
/^\* / { print ".IP \\(bu 2\n" inline(substr($0, 3)); gap = 0; next }
{ if (gap) print ".PP"; gap = 0; print inline(trimmed($0)) }

END { if (!summary) print ".SH SEE ALSO\n.BR swnet (1),\n.BR swnet\\-cni (8)" }
