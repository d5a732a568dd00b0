# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# `scripts/bench attach`: whole-process ADD and DEL against peers. Sourced by scripts/bench; needs $scratch.

readonly reference_dir=/usr/lib/cni
readonly netavark=/usr/lib/podman/netavark

# The configurations that Podman 4 gives its chain: one file per plugin. Arguments: directory, network name.
write_chain() {
    local head="\"cniVersion\":\"0.4.0\",\"name\":\"$2\""
    mkdir -p "$1"
    cat >"$1/bridge.json" <<END
{$head,"type":"bridge","bridge":"$2","isGateway":true,"ipMasq":true,"hairpinMode":true,
 "ipam":{"type":"host-local","routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":"10.210.0.0/16","gateway":"10.210.0.1"}]]}}
END
    cat >"$1/portmap.json" <<END
{$head,"type":"portmap","capabilities":{"portMappings":true},
 "runtimeConfig":{"portMappings":[{"hostPort":@PORT@,"containerPort":80,"protocol":"tcp"}]}}
END
    printf '{%s,"type":"firewall","backend":""}\n' "$head" >"$1/firewall.json"
    printf '{%s,"type":"tuning"}\n' "$head" >"$1/tuning.json"
}

# The steps of that chain with the plugins of one directory. Arguments: contestant directory, plugin directory.
write_chain_steps() {
    local type
    for type in bridge portmap firewall tuning; do printf 'cni %s/%s %s.json\n' "$2" "$type" "$type"; done >"$1/steps"
}

write_netavark() {
    local subnet='{"subnet":"10.210.0.0/16","gateway":"10.210.0.1"}'
    mkdir -p "$1"
    cat >"$1/setup.json" <<END
{"container_id":"@ID@","container_name":"@ID@",
 "port_mappings":[{"host_ip":"","host_port":@PORT@,"container_port":80,"protocol":"tcp","range":1}],
 "networks":{"bench":{"interface_name":"eth0","static_ips":["@IP@"]}},
 "network_info":{"bench":{"name":"bench","driver":"bridge","network_interface":"bench0",
  "id":"ec79dd0cad82083c8ac5cc23e9542e4ddea813dff60d68258d36e84f6393b63b","dns_enabled":false,"internal":false,
  "ipv6_enabled":false,"subnets":[$subnet],"ipam_options":{"driver":"host-local"}}}}
END
    printf 'plain %s setup.json @VERB@ @NETNS@\n' "$netavark" >"$1/steps"
}

write_single() {
    mkdir -p "$1"
    cat >"$1/swnet.json" <<END
{"cniVersion":"1.0.0","name":"bench","type":"swnet","bridge":"bench0","subnets":[{"subnet":"10.210.0.0/16"}],
 "dns":{"enabled":false},"capabilities":{"portMappings":true},
 "runtimeConfig":{"portMappings":[{"hostPort":@PORT@,"containerPort":80,"protocol":"tcp"}]}}
END
    printf 'cni %s/swnet swnet.json\n' "$2" >"$1/steps"
}

# Programs are installed afresh, because one that comes straight from the linker starts slower than its own copy.
write_contestants() {
    local base=$1 programs=$1/programs type
    mkdir -p "$programs/reference" "$programs/swnet"
    install "$reference_dir"/* "$programs/reference"
    install "$dist/libexec/swnet/swnet-cni" "$programs/swnet"
    for type in $(cni_types); do ln -s swnet-cni "$programs/swnet/$type"; done
    mkdir -p "$base/kernel"
    echo kernel >"$base/kernel/steps"
    write_chain "$base/reference" bench
    write_chain_steps "$base/reference" "$programs/reference"
    write_netavark "$base/netavark"
    write_chain "$base/chained" bench
    write_chain_steps "$base/chained" "$programs/swnet"
    write_single "$base/single" "$programs/swnet"
    mkdir -p "$base"/start/{reference,netavark,swnet}
    echo '{"cniVersion":"1.0.0"}' | tee "$base"/start/{reference,swnet}/version.json >/dev/null
    echo "cni $programs/reference/bridge version.json" >"$base/start/reference/steps"
    echo "cni $programs/swnet/bridge version.json" >"$base/start/swnet/steps"
    echo "plain $netavark - version" >"$base/start/netavark/steps"
}

# Contestants whose ADD works, so that one that is missing or broken is named and left out.
working_contestants() {
    local base=$1 name
    for name in kernel reference netavark chained single; do
        if "$scratch/bench-attach" attach 1 0 "$base/$name" >/dev/null 2>"$scratch/refusal"; then
            printf '%s\n' "$name"
        else
            warn "leaving out $name: $(head -n 2 "$scratch/refusal" | tr '\n' ' ')"
        fi
    done
}

# Medians of the harness's lines: `contestant present operation milliseconds KiB processor-milliseconds`.
medians() {
    awk -F '\t' '
        # Sorts values[1...count] by insertion and returns the middle.
        function median(values, count,    i, j, value) {
            for (i = 2; i <= count; i++) {
                value = values[i]
                for (j = i - 1; j > 0 && values[j] > value; j--) values[j + 1] = values[j]
                values[j + 1] = value
            }
            return (values[int((count + 1) / 2)] + values[int(count / 2) + 1]) / 2
        }
        function finish() {
            if (count) printf "%s\t%.3f\t%d\t%.3f\n", last, median(wall, count), peak, median(busy, count)
            count = 0; peak = 0
        }
        { current = $1 "\t" $2 "\t" $3 }
        current != last { finish(); last = current }
        { wall[++count] = $4 + 0; busy[count] = $6 + 0; if ($5 > peak) peak = $5 }
        END { finish() }' < <(sort -k1,1 -k2,2n -k3,3 "$1")
}

# The table a person reads, from the medians of ADD and DEL.
print_attach_table() {
    awk -F '\t' '
        { median[$1, $2, $3] = $4; busy[$1, $2, $3] = $6; if ($5 > peak[$1]) peak[$1] = $5 }
        !($2 in levels) { levels[$2]; level[++level_count] = $2 }
        !($1 in seen) { seen[$1]; names[++count] = $1 }
        function ratio(a, b) { return a && b ? sprintf("%8.1f", a / b) : "       -" }
        END {
            printf "%-10s %8s %9s %9s %9s %9s %12s %12s %10s\n", "contestant", "present", "ADD ms", "DEL ms", "ADD CPU",
                "DEL CPU", "ADD/single", "ADD/chained", "peak MB"
            for (j = 1; j <= level_count; j++) for (i = 1; i <= count; i++) {
                name = names[i]
                l = level[j]
                printf "%-10s %8d %9.2f %9.2f %9.2f %9.2f %12s %12s %10.1f\n", name, l, median[name, l, "ADD"],
                    median[name, l, "DEL"], busy[name, l, "ADD"], busy[name, l, "DEL"],
                    ratio(median[name, l, "ADD"], median["single", l, "ADD"]),
                    ratio(median[name, l, "ADD"], median["chained", l, "ADD"]), peak[name] / 1024
            }
        }' "$1"
}

# One line per promise: what was measured against it. Present is the larger number of attachments.
print_promises() {
    awk -F '\t' -v present="$2" '
        { median[$1, $2, $3] = $4; if ($5 > peak[$1]) peak[$1] = $5 }
        function promise(text, value, unit, limit, atleast) {
            if (value == "") { printf "%-58s not measured\n", text; return }
            good = atleast ? value >= limit : value <= limit
            printf "%-58s %7.2f%s (%s %s%s)%s\n", text, value, unit, atleast ? "at least" : "at most", limit, unit,
                good ? "" : "  MISSED"
        }
        function over(a, b) { return a && b ? a / b : "" }
        function minus(a, b) { return a && b ? a - b : "" }
        END {
            promise("type swnet, ADD: times faster than the reference chain",
                over(median["reference", 0, "ADD"], median["single", 0, "ADD"]), "", 15, 1)
            promise("type swnet, ADD: times faster than netavark",
                over(median["netavark", 0, "ADD"], median["single", 0, "ADD"]), "", 10, 1)
            promise("chained, ADD: times faster than the reference chain",
                over(median["reference", 0, "ADD"], median["chained", 0, "ADD"]), "", 5, 1)
            promise("type swnet, DEL: beyond the kernel removing a veth",
                minus(median["single", present, "DEL"], median["kernel", present, "DEL"]), " ms", 5, 0)
            promise("type swnet, ADD with " present " present against none",
                over(median["single", present, "ADD"], median["single", 0, "ADD"]), "", 1.1, 0)
            promise("chained, ADD with " present " present against none",
                over(median["chained", present, "ADD"], median["chained", 0, "ADD"]), "", 1.1, 0)
            promise("VERSION: start-up against netavark",
                over(median["swnet", 0, "VERSION"], median["netavark", 0, "VERSION"]), "", 1.1, 0)
            most = peak["single"] > peak["chained"] ? peak["single"] : peak["chained"]
            promise("peak memory of one program", most ? most / 1024 : "", " MB", 8, 0)
        }' "$1"
}

# Arguments: rounds, attachments present in the second half.
bench_attach() {
    local rounds=$1 present=$2 base="$scratch/attach" names
    mkdir -p "$base"
    [ -d /var/lib/cni ] || die "this runs in a private host"
    cc -O2 -o "$scratch/bench-attach" "$root"/scripts/lib/bench-{attach,kernel}.c -lmnl
    write_contestants "$base"
    mapfile -t names < <(working_contestants "$base")
    step "attaching and detaching $rounds times each, with 0 and $present attachments present"
    "$scratch/bench-attach" attach "$rounds" "$present" "${names[@]/#/$base/}" >"$scratch/samples"
    step "starting programs"
    "$scratch/bench-attach" start $((rounds * 10)) "$base"/start/* >"$scratch/starts"
    medians "$scratch/samples" >"$scratch/medians"
    medians "$scratch/starts" >"$scratch/start-medians"
    print_attach_table "$scratch/medians"
    echo
    awk -F '\t' '{ printf "%-10s VERSION %7.3f ms, peak %.1f MB\n", $1, $4, $5 / 1024 }' "$scratch/start-medians"
    echo
    print_promises <(cat "$scratch/medians" "$scratch/start-medians") "$present"
    echo
    echo 'With none present, ADD of netavark and ours makes the bridge, and DEL takes it away; the others leave it.'
}
