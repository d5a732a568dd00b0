# SPDX-License-Identifier: Apache-2.0
# Turns what `swnet --experimental-dump-help` says into man pages, in the macros of man(7).
# Arguments: $page, the name of the page to write, or "" for a list of all names; $version; $date; $files, the
# sections on files and environment of swnet(1).

# Text that troff takes literally.
def literal: gsub("\\\\"; "\\e") | gsub("-"; "\\-") | gsub("(?<start>^|\n)(?<mark>[.'])"; "\(.start)\\&\(.mark)");
def bold: "\\fB\(literal)\\fR";
def italic: "\\fI\(literal)\\fR";

def visible: map(select(.shouldDisplay != false));
def words: (.superCommands // []) + [.commandName];
def page_name: words | join("-");
# Every command that has a page: `help` only shows what the pages show.
def children: (.subcommands // []) | visible | map(select(.commandName != "help"));
def commands: ., (children[] | commands);
def arguments(kinds): (.arguments // []) | visible | map(select(.kind | IN(kinds)));

# `-p, --publish ports`
def option_heading:
    [.names[] | if .kind == "long" then "--\(.name)" else "-\(.name)" end]
    | sort_by(startswith("--")) | map(bold) | join(", ");
def with_value: if .kind == "option" then "\(option_heading) \(.valueName | italic)" else option_heading end;
# `name`, `[name]`, `name ...`, `-- command ...`
def operand:
    "\(.valueName | italic)\(if .isRepeating then " ..." else "" end)" as $text
    | if .parsingStrategy == "postTerminator" then "\("--" | bold) \($text)"
      elif .isOptional then "[\($text)]" else $text end;

def synopsis:
    [words | join(" ") | bold]
    + [arguments("option")[] | select(.isOptional | not) | with_value]
    + (if arguments("option", "flag") == [] then [] else ["[\("option" | italic) ...]"] end)
    + (if children == [] then [] else ["command" | italic] end)
    + [arguments("positional")[] | operand]
    | join(" ");

# Paragraphs; what is indented is shown as it is, and `Examples:` begins a section.
def prose:
    split("\n\n") | map(select(test("\\S"))) | map(
        if test("^ ") then ".PP\n.RS 4\n.nf\n\(gsub("(?<start>^|\n)  "; .start) | literal)\n.fi\n.RE"
        elif test("^Examples?:$") then ".SH EXAMPLES"
        else ".PP\n\(literal)" end) | join("\n");

def values:
    .defaultValue as $default
    | if .allValues then
        " One of " + (.allValues | map(bold + (if . == $default then " (default)" else "" end)) | join(", ")) + "."
      elif $default then " The default is \($default | bold)." else "" end;
def described(heading): ".TP\n\(heading)\n\((.abstract // "") | literal)\(values)"
    + (if .discussion then "\n.IP\n\(.discussion | literal)" else "" end);
def section(title; entries): entries | if . == [] then empty else ".SH \(title)", .[] end;

def lowercase_first: (.[:1] | ascii_downcase) + .[1:];
def see_also(all):
    page_name as $self
    | [all[] | select(. != $self) | ".BR \(literal) (1)"] + [".BR swnet\\-cni (8)", ".BR swnet\\-dns (8)"]
    | ".SH SEE ALSO", (join(",\n"));

def page(all):
    ".TH \"\(page_name | ascii_upcase | literal)\" 1 \"\($date)\" \"swnet \($version)\" \"swnet\"",
    ".\\\" Made from the program's own help.",
    ".SH NAME",
    "\(page_name | literal) \\- \(.abstract // .commandName | rtrimstr(".") | lowercase_first | literal)",
    ".SH SYNOPSIS",
    synopsis,
    (if .discussion then ".SH DESCRIPTION\n\(.discussion | prose)" else empty end),
    section("COMMANDS"; [children[] | ".TP\n.BR \(page_name | literal) (1)\n\(.abstract // "" | literal)"]),
    section("ARGUMENTS"; [arguments("positional")[] | described(.valueName | italic)]),
    section("OPTIONS"; [arguments("option", "flag")[] | described(with_value)]),
    (if words == ["swnet"] then $files | rtrimstr("\n") else empty end),
    see_also(all);

.command
| [commands | page_name] as $all
| if $page == "" then $all[] else commands | select(page_name == $page) | page($all) end
