# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Building the programs and checking what came out. Sourced after common.sh.

# Every program: its product in Package.swift, its folder below an installation prefix, and the libraries that it may
# need besides those of the C library.
readonly program_table='
swnet      bin            libmnl libnftnl
swnet-cni  libexec/swnet  libmnl libnftnl
swnet-dns  libexec/swnet
'

# The table as `program folder libraries...` lines, without empty ones.
programs() { grep . <<<"$program_table"; }

# A directory with nothing but libstdc++.a, which is the only way to make the linker prefer it over the shared one.
link_static_libstdcxx() {
    local archive
    archive=$(gcc -print-file-name=libstdc++.a)
    [ -f "$archive" ] || die "gcc has no libstdc++.a: install g++"
    mkdir -p "$root/.build/link"
    ln -sfn "$archive" "$root/.build/link/libstdc++.a"
}

# Builds all programs; the compiler's output is shown only when that fails.
build_programs() {
    local configuration=$1 program output
    step "building $(programs | awk '{ printf "%s%s", separator, $1; separator = ", " }') ($configuration)"
    while read -r program _; do
        output=$(swift build --package-path "$root" -c "$configuration" --product "$program" 2>&1 </dev/null) || {
            printf '%s\n' "$output" >&2
            die "the build of $program failed"
        }
    done < <(programs)
}

# Stripped copies, placed as an installation would place them.
copy_to_dist() {
    local program folder type
    rm -rf "$dist"
    while read -r program folder _; do
        install -D --strip "$root/.build/release/$program" "$dist/$folder/$program"
    done < <(programs)
    for type in $(cni_types); do
        ln -s swnet-cni "$dist/libexec/swnet/$type"
    done
}

# A library too many, or a position-independent executable, means that a link option was lost silently. Either costs
# start-up time on every CNI call.
check_programs() {
    local program folder libraries library
    while read -r program folder libraries; do
        while read -r library; do
            [[ $library == ld-linux* || " libc libm $libraries " == *" ${library%%.*} "* ]] ||
                die "$program needs $library: it must be linked statically (see Package.swift)"
        done < <(readelf --dynamic "$dist/$folder/$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
        readelf --file-header "$dist/$folder/$program" | grep -q 'Type: *EXEC' ||
            die "$program is position independent, which costs start-up time (see Package.swift)"
    done < <(programs)
    ! nm "$root/.build/release/swnet-cni" | grep -q _RegexParser ||
        die "swnet-cni holds the regular expressions of the standard library, a megabyte: find the use of _StringProcessing"
}

print_sizes() {
    local program folder
    while read -r program folder _; do
        program="$dist/$folder/$program"
        printf '%s %s.%s MB\n' "${program#"$root/"}" "$(($(stat -c %s "$program") / 1000000))" \
            "$(($(stat -c %s "$program") / 100000 % 10))"
    done < <(programs)
}
