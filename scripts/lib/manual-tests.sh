#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# manual-tests.sh - tests man pages and completions of the release build; prints `ok: …` and `not ok: …`
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$root/scripts/lib/script-tests.sh"

make_scratch
export PATH="$dist/bin:$PATH" MANPATH="$dist/share/man" LC_ALL=C.UTF-8
# A network to complete, that is nobody's.
networks="$scratch/networks"
mkdir "$networks"
printf '{"cniVersion":"1.0.0","name":"tidepool","plugins":[{"type":"swnet"}]}' >"$networks/90-tidepool.conflist"

bash_file="$dist/share/bash-completion/completions/swnet"
zsh_file="$dist/share/zsh/site-functions/_swnet"
fish_file="$dist/share/fish/vendor_completions.d/swnet.fish"

commands() { swnet --experimental-dump-help | jq -r '.command.subcommands[] | select(.commandName != "help").commandName'; }
every_command_has_a_page() {
    local command
    for command in $(commands); do man --path "swnet-$command" || return 1; done
}
every_type_has_a_page() {
    local type
    for type in $(cni_types); do man --path 8 "swnet-cni-$type" || return 1; done
}
# A word that troff does not know, an unknown escape, or a line too long to fill would be a warning.
renders_cleanly() {
    local page
    for page in "$dist"/share/man/man*/*; do
        says_nothing groff -man -Tutf8 -ww -z -rLL=78n "$page" || return 1
    done
}
every_page_is_indexed() {
    local page
    for page in "$dist"/share/man/man*/*; do
        lexgrog "$page" | grep -q ': "swnet.* - ' || return 1
    done
}
# Every option that `--help` shows is in the page.
pages_show_every_option() {
    local command option
    for command in $(commands); do
        man "swnet-$command" | col -b >"$scratch/page"
        for option in $(swnet "$command" --help | grep -oE '^  (-., )?--[a-z0-9-]+' | grep -oE -- '--.*'); do
            grep -qF -- "$option" "$scratch/page" || { echo "$command $option" && return 1; }
        done
    done
}
page_of_swnet_dns_shows_its_options() {
    local option
    for option in $("$dist/libexec/swnet/swnet-dns" --help | grep -oE -- '--[a-z-]+' | sort -u); do
        page_shows swnet-dns "$option" || { echo "$option" && return 1; }
    done
}
page_shows() {
    man "$1" | col -b >"$scratch/page"
    grep -qF -- "$2" "$scratch/page"
}

# What bash offers for the words of a command line; the last is being typed.
complete_in_bash() {
    bash --norc -c '
        . "$1"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        COMP_TYPE=9 COMP_KEY=9
        $(complete -p swnet | sed "s/.*-F \([^ ]*\).*/\1/") "$1" "${@: -1}" "${@: -2:1}"
        printf "%s\n" "${COMPREPLY[@]}" | sed "s/ *$//"' bash "$bash_file" "$@"
}
complete_in_fish() {
    HOME="$scratch" fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$fish_file" "$*" | cut -f 1
}
offers() {
    local shell=$1 expected=$2
    shift 2
    "complete_in_$shell" "$@" | tee /dev/stderr | grep -qx -- "$expected"
}
zsh_knows_the_command() {
    [ "$(zsh -fc 'fpath=($1 $fpath); autoload -Uz compinit; compinit -D -u; print -r -- $_comps[swnet]' \
        zsh "$(dirname "$zsh_file")")" = _swnet ]
}

# The parts of a manual, in their order.
has_parts() {
    grep -E '^# |^## (Description|Example)$' "$1" >"$scratch/headings"
    has_text "$scratch/headings" "# $2"$'\n## Description\n## Example'
}
has_examples() {
    awk '/^```json/ { inside = 1; next } /^```/ { inside = 0 } inside' "$1" >"$scratch/example"
    # As an array, because there may be several.
    jq --slurp -e --arg type "$2" 'length > 0 and all([.. | .type? // empty] | index($type) != null)' "$scratch/example"
}
# Keys as the sources ask for them: `root.bool("isGateway")`.
names_every_key() {
    local key
    grep -hoE '\b(root|section|reader|source|options)\.[a-z][A-Za-z]*\("[A-Za-z0-9]+"' "$(dirname "$1")"/*.swift | sed 's/.*("//; s/"//' |
        sort -u >"$scratch/keys" || true
    while read -r key; do
        grep -q "\`[^\`]*\b$key\b" "$1" || { echo "$key is missing" && return 1; }
    done <"$scratch/keys"
}

check 'every command has a man page' every_command_has_a_page
check 'every CNI type has a man page' every_type_has_a_page
check 'the other programs have man pages' man --path 8 swnet-cni swnet-dns
check 'man pages render without a warning' renders_cleanly
check 'man pages are found by what they say of themselves' every_page_is_indexed
check 'man pages show every option' pages_show_every_option
check 'the man page of swnet-dns shows its options' page_of_swnet_dns_shows_its_options
check 'examples are set as they are' page_shows swnet-create 'swnet create mynet --subnet 10.44.0.0/24'
check 'keys of a CNI type are in its page' page_shows swnet-cni-bridge isDefaultGateway

check 'bash reads its completions' bash -n "$bash_file"
check 'bash completes a command' offers bash create swnet cr
check 'bash completes an option' offers bash --internal swnet create --int
check 'bash completes the value of an option' offers bash json swnet ls --format j
check 'bash completes a network' offers bash tidepool swnet rm --config-dir "$networks" tid
check 'zsh reads its completions' zsh -n "$zsh_file"
check 'zsh finds them' zsh_knows_the_command
check 'fish reads its completions' fish --no-execute "$fish_file"
check 'fish completes a command' offers fish create swnet cr
check 'fish completes an option' offers fish --internal swnet create --int
check 'fish completes the value of an option' offers fish json swnet ls --format j

for readme in "$root"/plugins/{main,ipam,meta}/*/README.md; do
    type=$(basename "$(dirname "$readme")")
    check "the README of $type has its parts" has_parts "$readme" "$type"
    check "the examples of $type are JSON, of that type" has_examples "$readme" "$type"
    check "the README of $type names every key that is read" names_every_key "$readme"
done
end_tests
