# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Man pages and completions, from what the built programs say of themselves. Sourced after common.sh.

# Date of the newest commit; none in a source archive.
commit_date() { git -C "$root" log -1 --format=%cs 2>/dev/null || true; }

# Where each shell looks below a prefix: shell and file.
completion_files='
bash  share/bash-completion/completions/swnet
zsh   share/zsh/site-functions/_swnet
fish  share/fish/vendor_completions.d/swnet.fish
'

make_completions() {
    local shell file
    while read -r shell file; do
        mkdir -p "$(dirname "$dist/$file")"
        # Read, never executed: a line that names an interpreter would be wrong.
        "$dist/bin/swnet" --generate-completion-script "$shell" | sed '1{/^#!/d}' >"$dist/$file"
    done < <(grep . <<<"$completion_files")
}

# A man page for `swnet` and each of its commands, for the other programs, and for each CNI type.
make_manual() {
    local manual="$dist/share/man" page readme
    version=$("$dist/bin/swnet" version --format json | jq -r .version)
    date=$(commit_date)
    mkdir -p "$manual/man1" "$manual/man8"
    "$dist/bin/swnet" --experimental-dump-help >"$dist/help.json"
    for page in $(command_page ""); do command_page "$page" >"$manual/man1/$page.1"; done
    rm "$dist/help.json"
    for page in "$root"/scripts/packaging/*.8; do program_page "$page" >"$manual/man8/$(basename "$page")"; done
    for readme in "$root"/plugins/{main,ipam,meta}/*/README.md; do
        page=$manual/man8/swnet-cni-$(basename "$(dirname "$readme")").8
        awk -v version="$version" -v date="$date" -f "$root/scripts/lib/readme-page.awk" "$readme" >"$page"
    done
}

# One page of those that the dumped help describes, or all their names.
command_page() {
    jq -r --arg page "$1" --arg version "$version" --arg date "$date" \
        --rawfile files "$root/scripts/packaging/files.roff" -f "$root/scripts/lib/manual.jq" "$dist/help.json"
}

# A page that a person wrote, with its `@...@` filled in.
program_page() {
    types=$(type_entries) files=$(cat "$root/scripts/packaging/files.roff") awk -v version="$version" -v date="$date" '
        { gsub("@version@", version); gsub("@date@", date) }
        $0 == "@files@" { $0 = ENVIRON["files"] }
        $0 == "@types@" { $0 = ENVIRON["types"] }
        { print }' "$1"
}

# What swnet-cni(8) says of each type.
type_entries() {
    local name summary
    while IFS=$'\t' read -r name summary; do
        printf '.TP\n.BR swnet\\-cni\\-%s (8)\n%s.\n' "${name//-/\\-}" "${summary^}"
    done < <(for readme in "$root"/plugins/{main,ipam,meta}/*/README.md; do
        awk -v summary=1 -f "$root/scripts/lib/readme-page.awk" "$readme"
    done)
}
