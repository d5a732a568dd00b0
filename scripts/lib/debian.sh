# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What goes into the Debian packages. Sourced after common.sh, units.sh and programs.sh; needs $scratch and $version.

# Who answers for the packages, from the variables that Debian's own tools read.
readonly maintainer="${DEBFULLNAME:-swnet maintainers} <${DEBEMAIL:-root@localhost}>"

# The package `swnet`, ready to be built, in a directory.
stage_swnet() {
    local stage=$1 unit
    mkdir -p "$stage/usr/lib/systemd/system" "$stage/usr/lib/cni" "$stage/DEBIAN"
    cp -a "$dist/." "$stage/usr"
    # Debian's zsh has a place of its own for what packages bring.
    mkdir "$stage/usr/share/zsh/vendor-completions"
    mv "$stage/usr/share/zsh/site-functions/_swnet" "$stage/usr/share/zsh/vendor-completions/"
    rmdir "$stage/usr/share/zsh/site-functions"
    for unit in "${units[@]}"; do
        make_unit "$unit" /usr/bin /usr/libexec/swnet >"$stage/usr/lib/systemd/system/$unit"
    done
    ln -s ../../libexec/swnet/swnet-cni "$stage/usr/lib/cni/swnet"
    mkdir -p "$stage/usr/share/lintian/overrides"
    write_lintian_overrides >"$stage/usr/share/lintian/overrides/swnet"
    write_control "$stage" "$(dpkg --print-architecture)" "Depends: $(library_dependencies "$stage")" \
        'Suggests: podman | containerd, nftables' \
        'Description: container networking with CNI plugins, an admin tool and name resolution
 CNI plugins for bridges, addresses, published ports, isolation and names, which
 talk netlink and nftables to the kernel directly, and swnet, a tool that makes,
 shows, repairs and explains the networks of a host.
 .
 Networks made by "swnet create" work with Podman, containerd and every other
 CNI runtime that looks in /usr/lib/cni.'
    write_unit_scripts "$stage"
}

# The package `swnet-drop-in`, ready to be built, in a directory.
stage_drop_in() {
    local stage=$1 type types=()
    mkdir -p "$stage/usr/lib/cni" "$stage/DEBIAN"
    for type in $(cni_types); do
        [ "$type" != swnet ] || continue
        ln -s ../../libexec/swnet/swnet-cni "$stage/usr/lib/cni/$type"
        types+=("$type")
    done
    write_control "$stage" all "Depends: swnet (= $version)" 'Enhances: containernetworking-plugins' \
        'Description: CNI plugins of swnet in the place of the reference plugins
 Puts the CNI types of swnet where runtimes look for them, so that networks that
 exist already use them without being edited. Plugins of the same names from
 other packages are set aside while this package is installed.'
    write_diversions "$stage" "${types[@]}"
}

# Arguments: directory, architecture, fields of the package. Name and fields that both packages share are added.
write_control() {
    local stage=$1 architecture=$2
    shift 2
    {
        printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$(basename "$stage")" "$version" "$architecture"
        printf 'Maintainer: %s\nSection: net\nPriority: optional\n' "$maintainer"
        printf 'Installed-Size: %s\n' "$(du -sk --apparent-size "$stage" | cut -f 1)"
        printf '%s\n' "$@"
    } >"$stage/DEBIAN/control"
}

# What the programs need of shared libraries, as dpkg-shlibdeps finds it.
library_dependencies() {
    local stage=$1 program folder files=()
    while read -r program folder _; do files+=("-e$stage/usr/$folder/$program"); done < <(programs)
    mkdir -p "$scratch/source/debian"
    printf 'Source: swnet\n\nPackage: swnet\nArchitecture: any\n' >"$scratch/source/debian/control"
    (cd "$scratch/source" && dpkg-shlibdeps -O "${files[@]}" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
}

# Has systemd know and start the units, and forget them at the end, the way debhelper does it.
write_unit_scripts() {
    local stage=$1
    cat >"$stage/DEBIAN/postinst" <<END
#!/bin/sh
set -e
if [ "\$1" = configure ]; then
    for unit in ${enabled_units[*]}; do
        deb-systemd-helper unmask "\$unit" >/dev/null || true
        if deb-systemd-helper --quiet was-enabled "\$unit"; then
            deb-systemd-helper enable "\$unit" >/dev/null || true
        else
            deb-systemd-helper update-state "\$unit" >/dev/null || true
        fi
    done
    if [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
        deb-systemd-invoke start ${enabled_units[*]} >/dev/null || true
    fi
fi
END
    cat >"$stage/DEBIAN/prerm" <<END
#!/bin/sh
set -e
if [ "\$1" = remove ] && [ -d /run/systemd/system ]; then
    deb-systemd-invoke stop ${units[*]} >/dev/null || true
fi
END
    cat >"$stage/DEBIAN/postrm" <<END
#!/bin/sh
set -e
[ ! -d /run/systemd/system ] || systemctl --system daemon-reload >/dev/null || true
if [ "\$1" = purge ] && [ -x /usr/bin/deb-systemd-helper ]; then
    deb-systemd-helper purge ${units[*]} >/dev/null || true
fi
END
    chmod 755 "$stage"/DEBIAN/p*
}

# Sets aside plugins of the given types that other packages have, now or later.
write_diversions() {
    local stage=$1
    shift
    cat >"$stage/DEBIAN/preinst" <<END
#!/bin/sh
set -e
if [ "\$1" = install ] || [ "\$1" = upgrade ]; then
    for type in $*; do
        dpkg-divert --quiet --package swnet-drop-in --add --rename \\
            --divert "/usr/lib/cni/\$type.distrib" "/usr/lib/cni/\$type"
    done
fi
END
    cat >"$stage/DEBIAN/postrm" <<END
#!/bin/sh
set -e
if [ "\$1" = remove ] || [ "\$1" = abort-install ] || [ "\$1" = disappear ]; then
    for type in $*; do
        dpkg-divert --quiet --package swnet-drop-in --remove --rename \\
            --divert "/usr/lib/cni/\$type.distrib" "/usr/lib/cni/\$type"
    done
fi
END
    chmod 755 "$stage"/DEBIAN/p*
}

# What lintian would complain of, and why that is as it should be.
write_lintian_overrides() {
    printf '# A fixed address saves a tenth of the time of every call (Package.swift).\nswnet: hardening-no-pie\n'
}

# What every package has: documentation in its place, compressed pages, modes, checksums.
finish_stage() {
    local stage=$1 documents
    documents="$stage/usr/share/doc/$(basename "$stage")"
    mkdir -p "$documents"
    write_copyright >"$documents/copyright"
    write_changelog "$(basename "$stage")" | gzip -9n >"$documents/changelog.gz"
    find "$stage/usr/share" -path '*/man/*' -type f -exec gzip -9n {} +
    find "$stage" -type d -exec chmod 755 {} +
    (cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    find "$stage" -newermt "@$(commit_time)" -exec touch --no-dereference --date="@$(commit_time)" {} +
}

# Seconds since 1970 of the newest commit, so that a build of the same sources makes the same package.
commit_time() { git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/Package.swift"; }

write_copyright() {
    cat <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: swnet

Files: *
Copyright: 2026 the swnet authors
License: Apache-2.0
Comment: The programs are linked with libnftnl, which is under the GPL version 2 or later, so they are distributed under
 the GPL version 3, see /usr/share/common-licenses/GPL-3. The Swift runtime, swift-system and swift-argument-parser are
 under the Apache License 2.0 with the runtime library exception.

License: Apache-2.0
 See /usr/share/common-licenses/Apache-2.0.
END
}

write_changelog() {
    printf '%s (%s) unstable; urgency=medium\n\n  * Built from the sources.\n\n -- %s  %s\n' \
        "$1" "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "@$(commit_time)")"
}
