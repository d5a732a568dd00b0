# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Building the programs and checking what came out. Sourced after common.sh.

# A directory with nothing but libstdc++.a, which is the only way to make the linker prefer it over the shared one.
link_static_libstdcxx() {
    local archive
    archive=$(gcc -print-file-name=libstdc++.a)
    [ -f "$archive" ] || die "gcc has no libstdc++.a: install g++"
    mkdir -p "$root/.build/link"
    ln -sfn "$archive" "$root/.build/link/libstdc++.a"
}

# Builds both programs; the compiler's output is shown only when that fails.
build_programs() {
    local configuration=$1 program output
    step "building swnet and swnet-cni ($configuration)"
    for program in swnet-cni swnet; do
        output=$(swift build --package-path "$root" -c "$configuration" --product "$program" 2>&1) || {
            printf '%s\n' "$output" >&2
            die "the build of $program failed"
        }
    done
}

# Stripped copies, placed as an installation would place them.
copy_to_dist() {
    local built="$root/.build/release" type
    rm -rf "$dist"
    install -D --strip "$built/swnet" "$dist/bin/swnet"
    install -D --strip "$built/swnet-cni" "$dist/libexec/swnet/swnet-cni"
    for type in $(cni_types); do
        ln -s swnet-cni "$dist/libexec/swnet/$type"
    done
}

# A library too many, or a position-independent executable, means that a link option was lost silently. Either costs
# start-up time on every CNI call.
check_needed_libraries() {
    local program="$dist/libexec/swnet/swnet-cni" library
    while read -r library; do
        case $library in
        libc.so.* | libm.so.* | libmnl.so.* | libnftnl.so.* | ld-linux*) ;;
        *) die "swnet-cni needs $library: it must be linked statically (see Package.swift)" ;;
        esac
    done < <(readelf --dynamic "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    readelf --file-header "$program" | grep -q 'Type: *EXEC' ||
        die "swnet-cni is position independent, which costs start-up time (see Package.swift)"
    ! nm "$root/.build/release/swnet-cni" | grep -q _RegexParser ||
        die "swnet-cni holds the regular expressions of the standard library, a megabyte: find the use of _StringProcessing"
}

print_sizes() {
    local program
    for program in "$dist/bin/swnet" "$dist/libexec/swnet/swnet-cni"; do
        printf '%s %s.%s MB\n' "${program#"$root/"}" "$(($(stat -c %s "$program") / 1000000))" \
            "$(($(stat -c %s "$program") / 100000 % 10))"
    done
}
