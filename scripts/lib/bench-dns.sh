# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# `scripts/bench dns`: swnet-dns beside aardvark-dns and dnsmasq, all serving the same names to one client. Sourced by
# scripts/bench; needs $scratch and a private host.

readonly aardvark=/usr/lib/podman/aardvark-dns
readonly dns_servers='aardvark-dns dnsmasq swnet-dns'
readonly dns_network=bench dns_client=10.210.0.2 dns_upstream=127.0.0.53
readonly -A dns_address=([swnet-dns]=10.210.0.1 [aardvark-dns]=10.210.255.2 [dnsmasq]=10.210.255.3)
# Questions outstanding when a server is driven as hard as it goes, and questions a second when its latency is measured.
readonly dns_outstanding=100 dns_calm_rate=2000

# A network with the client on it, an address for each server, and a server on the host that knows all other names.
make_dns_scene() {
    local server
    ip link add bench0 type bridge
    ip link set bench0 up
    for server in $dns_servers; do ip address add "${dns_address[$server]}/16" dev bench0; done
    ip netns add client
    ip link add veth0 type veth peer name eth0 netns client
    ip link set veth0 master bench0 up
    ip -n client address add $dns_client/16 dev eth0
    ip -n client link set eth0 up
    echo "nameserver $dns_upstream" >"$scratch/resolv.conf"
    mount --bind "$scratch/resolv.conf" /etc/resolv.conf
    dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --user=root --pid-file= --bind-interfaces \
        --listen-address=$dns_upstream --address=/example.org/192.0.2.1 --dns-forward-max=10000 2>/dev/null &
    dns_processes=($!)
}

# What every server serves: as many containers as asked for, the client the first of them, and the questions.
# Arguments: directory, count.
write_dns_names() {
    local base=$1 boot
    boot=$(cat /proc/sys/kernel/random/boot_id)
    mkdir -p "$base/aardvark" "$base/state/networks" "$base/state/endpoints/$dns_network"
    cat >"$base/state/networks/$dns_network.json" <<END
{"version":1,"network":"$dns_network","hasCreatedBridge":false,"subnets":["10.210.0.0/16"],"firewall":{},"sysctls":[],
 "resolver":{"ttl":5,"internal":false,"upstreams":[],"gateways":["${dns_address[swnet-dns]}"]}}
END
    awk -v count="$2" -v base="$base" -v network=$dns_network -v boot="$boot" -v server="${dns_address[aardvark-dns]}" '
        BEGIN {
            print server >(base "/aardvark/" network)
            for (i = 0; i < count; i++) {
                id = sprintf("%064x", i + 1)
                address = sprintf("10.210.%d.%d", int(i / 250), i % 250 + 2)
                name = "container" i
                print id, address, "", name >(base "/aardvark/" network)
                print address, name >(base "/hosts")
                print name, "A" >(base "/hits")
                print "m" i "-" count ".example.org A" >(base "/misses")
                file = base "/state/endpoints/" network "/" id ":eth0.json"
                printf "{\"version\":1,\"network\":\"%s\",\"container\":\"%s\",\"interface\":\"eth0\",\"sandbox\":" \
                    "\"/run/netns/%s\",\"boot\":\"%s\",\"state\":\"attached\",\"created\":0,\"name\":\"%s\",\"type\":" \
                    "\"swnet\",\"addresses\":[\"%s/16\"],\"gateways\":[\"10.210.0.1\"],\"stages\":{\"names\":{}}}",
                    network, id, id, boot, name, address >file
                close(file)
            }
        }'
}

# The command line of a server. Arguments: server, directory of write_dns_names.
dns_command() {
    case $1 in
    aardvark-dns) echo "$aardvark --config $2/aardvark --port 53 run" ;;
    dnsmasq)
        echo "/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --addn-hosts=$2/hosts --no-resolv" \
            "--server=$dns_upstream --user=root --pid-file= --bind-interfaces --listen-address=${dns_address[dnsmasq]}" \
            "--dns-forward-max=10000"
        ;;
    swnet-dns) echo "$dist/libexec/swnet/swnet-dns --state-dir $2/state" ;;
    esac
}

# Starts a server and prints how long it took to the first answer, in milliseconds. Arguments: server, directory.
start_dns_server() {
    # shellcheck disable=SC2046
    "$scratch/bench-dns" start "${dns_address[$1]}" container1 $(dns_command "$1" "$2") 2>"$scratch/server-news"
}

# The process that has a server's port 53.
dns_process() {
    ss -Hulnp "src ${dns_address[$1]} and sport 53" | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | head -n 1
}

stop_dns_server() {
    local process patience=100
    process=$(dns_process "$1")
    [ -n "$process" ] || return 0
    kill "$process"
    while [ -n "$(dns_process "$1")" ] && [ $patience -gt 0 ]; do
        sleep 0.05
        patience=$((patience - 1))
    done
}

# What a process has used of processors, in milliseconds, and of memory, in KiB.
processor_time() { awk -v tick="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000 / tick }' "/proc/$1/stat"; }
resident_memory() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$1/status"; }

# As many questions as go: `server case round qps processor-µs/question lost KiB`. Arguments: server, case, questions, seconds.
measure_dns_rate() {
    local process before after
    process=$(dns_process "$1")
    before=$(processor_time "$process")
    ip netns exec client dnsperf -s "${dns_address[$1]}" -d "$3" -l "$4" -q $dns_outstanding -c 4 -t 2 \
        >"$scratch/dnsperf" 2>/dev/null
    after=$(processor_time "$process")
    awk -v server="$1" -v name="$2" -v busy="$(awk "BEGIN { print $after - $before }")" \
        -v memory="$(resident_memory "$process")" '
        /Queries completed:/ { completed = $3 }
        /Queries lost:/ { lost = $3 }
        /Queries per second:/ { rate = $4 }
        END { if (completed) printf "%s\t%s\trate\t%.0f\t%.3f\t%d\t%d\n", server, name, rate, busy * 1000 / completed, lost, memory }
    ' "$scratch/dnsperf"
}

# Calmly, and every answer's time: `server case round median-µs 99th-µs`. Arguments: server, case, questions, seconds.
measure_dns_latency() {
    ip netns exec client dnsperf -v -s "${dns_address[$1]}" -d "$3" -l "$4" -Q $dns_calm_rate -t 2 2>/dev/null |
        awk '$1 == ">" && $2 == "NOERROR" { print $NF * 1e6 }' | sort -n | awk -v server="$1" -v name="$2" '
            { time[NR] = $1 }
            END { if (NR) printf "%s\t%s\tlatency\t%.0f\t%.0f\n", server, name, time[int((NR + 1) / 2)], time[int(NR * 0.99) + 1] }'
}

# All servers in turn, so that what else goes on strikes all alike. Arguments: case, questions, rounds, seconds.
measure_dns_case() {
    local round server
    step "$1: $3 rounds of $4 seconds for each server"
    for ((round = 0; round < $3; round++)); do
        for server in $dns_servers; do
            measure_dns_rate "$server" "$1" "$2" "$4" >>"$scratch/dns-samples"
            measure_dns_latency "$server" "$1" "$2" 1 >>"$scratch/dns-samples"
        done
    done
}

# Samples of one server, case and kind become a line of their medians.
dns_medians() {
    sort -t $'\t' -k1,3 "$1" | awk -F '\t' '
        function median(column,    i, j, value, sorted) {
            for (i = 1; i <= count; i++) {
                value = sample[i, column]
                for (j = i - 1; j > 0 && sorted[j] > value; j--) sorted[j + 1] = sorted[j]
                sorted[j + 1] = value
            }
            return (sorted[int((count + 1) / 2)] + sorted[int(count / 2) + 1]) / 2
        }
        function finish(    column) {
            if (!count) return
            printf "%s", last
            for (column = 4; column <= columns; column++) printf "\t%s", median(column)
            print ""
            count = 0
        }
        { key = $1 "\t" $2 "\t" $3 }
        key != last { finish(); last = key }
        { count++; columns = NF; for (i = 4; i <= NF; i++) sample[count, i] = $i + 0 }
        END { finish() }'
}

# The table a person reads.
print_dns_table() {
    awk -F '\t' -v servers="$dns_servers" '
        !($2 in seen) { seen[$2]; cases[++count] = $2 }
        $3 == "rate" { rate[$1, $2] = $4; busy[$1, $2] = $5; lost[$1, $2] = $6; memory[$1, $2] = $7 }
        $3 == "latency" { middle[$1, $2] = $4; slow[$1, $2] = $5 }
        END {
            printf "%-14s %-14s %10s %8s %8s %8s %6s %8s\n", "case", "server", "queries/s", "CPU us", "median", "99th us", "lost",
                "RSS MB"
            many = split(servers, server, " ")
            for (i = count; i > 0; i--) for (j = 1; j <= many; j++) {
                key = server[j] SUBSEP cases[i]
                if (key in rate) printf "%-14s %-14s %10d %8.2f %8d %8d %6d %8.1f\n", cases[i], server[j], rate[key], busy[key],
                    middle[key], slow[key], lost[key], memory[key] / 1024
            }
        }' "$1"
}

# One line per promise: what was measured against it.
print_dns_promises() {
    awk -F '\t' -v many="$2" '
        $3 == "rate" { rate[$1, $2] = $4; busy[$1, $2] = $5; memory[$1, $2] = $7 }
        $3 == "start" || $3 == "add" { time[$1, $3] = $4 }
        function promise(text, value, unit, limit, atleast) {
            if (value == "") { printf "%-58s not measured\n", text; return }
            good = atleast ? value >= limit : value <= limit
            printf "%-58s %7.2f%s (%s %s%s)%s\n", text, value, unit, atleast ? "at least" : "at most", limit, unit,
                good ? "" : "  MISSED"
        }
        function over(a, b) { return a && b ? a / b : "" }
        function both(few, name, server, what, unit, limit, atleast) {
            promise(few " names, hits: " what, over(name == "rate" ? rate["swnet-dns", few " hits"] : busy["swnet-dns", few " hits"],
                name == "rate" ? rate[server, few " hits"] : busy[server, few " hits"]), unit, limit, atleast)
        }
        END {
            for (i = 1; i <= 2; i++) {
                few = i == 1 ? 10 : many
                both(few, "rate", "aardvark-dns", "times the rate of aardvark-dns", "", 3, 1)
                both(few, "rate", "dnsmasq", "times the rate of dnsmasq", "", 1, 1)
                both(few, "busy", "aardvark-dns", "CPU time of that of aardvark-dns", "", 0.25, 0)
                both(few, "busy", "dnsmasq", "CPU time of that of dnsmasq", "", 0.9, 0)
            }
            promise("rate with " many " names against 10",
                over(rate["swnet-dns", many " hits"], rate["swnet-dns", "10 hits"]), "", 0.9, 1)
            value = memory["swnet-dns", many " hits"]
            promise("resident memory with " many " names", value ? value / 1024 : "", " MB", 8, 0)
            promise("one more of " many " endpoints is answered within", time["swnet-dns", "add"], " ms", 5, 0)
        }' "$1"
}

# Starts every server with so many names, and measures it. Arguments: count, rounds, seconds.
bench_dns_names() {
    local base="/run/bench-dns/$1" server round
    step "writing $1 names"
    write_dns_names "$base" "$1"
    for ((round = 0; round < 3; round++)); do
        for server in $dns_servers; do
            stop_dns_server "$server"
            printf '%s\t%s\tstart\t%s\n' "$server" "$1 names" "$(start_dns_server "$server" "$base")" >>"$scratch/dns-samples"
        done
    done
    measure_dns_case "$1 hits" "$base/hits" "$2" "$3"
    [ "$1" = 10 ] || {
        measure_dns_case "misses" "$base/misses" "$2" "$3"
        step "adding endpoints"
        "$scratch/bench-dns" add "$base/state" $dns_network "${dns_address[swnet-dns]}" \
            "$(cat /proc/sys/kernel/random/boot_id)" 200 | sed "s/^/swnet-dns\t$1 names\tadd\t/" >>"$scratch/dns-samples"
    }
    for server in $dns_servers; do stop_dns_server "$server"; done
}

# Arguments: rounds, seconds a round, the larger number of names.
bench_dns() {
    local server
    [ -d /run/netns ] || die "this runs in a private host"
    cc -O2 -o "$scratch/bench-dns" "$root/scripts/lib/bench-dns.c"
    make_dns_scene
    trap 'for server in $dns_servers; do stop_dns_server "$server"; done; kill "${dns_processes[@]}"; rm -rf "$scratch"' EXIT
    bench_dns_names 10 "$1" "$2"
    bench_dns_names "$3" "$1" "$2"
    dns_medians "$scratch/dns-samples" >"$scratch/dns-medians"
    print_dns_table "$scratch/dns-medians"
    echo
    awk -F '\t' '$3 == "start" { printf "%-14s first answer %8.1f ms after its start, with %s\n", $1, $4, $2 }' "$scratch/dns-medians"
    echo
    print_dns_promises "$scratch/dns-medians" "$3"
    echo
    echo "Rate with $dns_outstanding questions outstanding; latency at $dns_calm_rate questions a second."
}
