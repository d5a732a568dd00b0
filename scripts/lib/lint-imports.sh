# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Compares the import table with the sources and the manifest. Sourced after common.sh; runs in the root directory.

readonly import_table=scripts/lib/import-table.txt
# What the toolchain brings. Foundation, Dispatch and the concurrency modules are left out on purpose.
readonly toolchain_modules='Glibc Testing PackageDescription'

# The table with names for several modules written out: `module directory imports...` per line.
expanded_import_table() {
    awk '
        /^@/ { name = $1; sub(/^[^=]*= */, ""); group[name] = $0; next }
        /^[^#]/ { row[++rows] = $0 }
        END {
            for (i = 1; i <= rows; i++) {
                split(row[i], column, " *[|] *")
                line = column[1] " " column[2]
                count = split(column[3] " " column[4], word, " ")
                for (j = 1; j <= count; j++) line = line " " (word[j] in group ? group[word[j]] : word[j])
                print line
            }
        }' "$import_table"
}

# Every import statement of a directory as `file:line module`.
imports_below() {
    grep -rnE --include='*.swift' '^ *(@[A-Za-z_]+ |package |internal |private |fileprivate |public )*import ' "$1" |
        sed -E 's/^([^:]+:[0-9]+):.*import ((struct|class|enum|protocol|func|var|let|typealias) )?([A-Za-z_]+).*/\1 \4/'
}

check_source_imports() {
    local module directory allowed place imported
    while read -r module directory allowed; do
        [ -d "$directory" ] || { complain "$import_table: no directory $directory" && continue; }
        while read -r place imported; do
            [[ " $allowed $toolchain_modules " == *" $imported "* ]] ||
                complain "$place: $module may not import $imported ($import_table)"
        done < <(imports_below "$directory")
    done < <(expanded_import_table)
    while read -r place imported; do
        case $imported in
        Foundation* | Dispatch | _Concurrency | XCTest) complain "$place: tests may not import $imported either" ;;
        esac
    done < <(imports_below Tests)
}

check_manifest() {
    local module allowed dependency
    local -A permitted=()
    list_manifest_dependencies >"$scratch/manifest"
    while read -r module _ allowed; do permitted[$module]=$allowed; done < <(expanded_import_table)
    while read -r module dependency; do
        [ -n "${permitted[$module]+set}" ] || { complain "Package.swift: $module is not in $import_table" && continue; }
        [[ -z $dependency || " ${permitted[$module]} " == *" $dependency "* ]] ||
            complain "Package.swift: $module may not depend on $dependency ($import_table)"
    done <"$scratch/manifest"
}

# Each dependency in the manifest as `module dependency`; a module without any stands alone.
list_manifest_dependencies() {
    swift package dump-package | jq -r '
        .targets[] | select(.type != "test") | .name as $target
        | if .dependencies == [] then "\($target) " else .dependencies[] | "\($target) \((.byName // .product)[0])" end'
}
