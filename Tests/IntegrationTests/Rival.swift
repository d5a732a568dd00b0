// SPDX-License-Identifier: Apache-2.0
import Testing

/// Another program's filter, which drops what it does not know, on a private host.
enum Rival: String, CaseIterable, Sendable {
    /// An administrator's `iptables -P`.
    case policy
    /// An administrator's last rule, as Red Hat's iptables-services has it.
    case lastRule
    /// What Docker 20.10 sets up.
    case docker
    /// The program itself.
    case ufw
    /// The program itself, with a bus of its own.
    case firewalld
    /// An administrator's nftables.conf.
    case nftables

    /// Shell commands that set it up.
    var setup: String {
        switch self {
        case .policy:
            """
            for program in iptables ip6tables; do $program -P FORWARD DROP; $program -P INPUT DROP
                $program -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; $program -A INPUT -i lo -j ACCEPT
            done
            ip6tables -A INPUT -p icmpv6 -j ACCEPT
            """
        case .lastRule:
            """
            for program in iptables ip6tables; do
                $program -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; $program -A INPUT -i lo -j ACCEPT
            done
            ip6tables -A INPUT -p icmpv6 -j ACCEPT
            for program in iptables ip6tables; do $program -A INPUT -j REJECT; $program -A FORWARD -j REJECT; done
            """
        case .docker: Self.dockerSetup
        case .ufw:
            """
            for directory in ufw default; do
                cp -a /etc/$directory /run/$directory; mount --bind /run/$directory /etc/$directory
            done
            ufw --force enable >/dev/null
            """
        case .firewalld:
            """
            mkdir -p /run/dbus; cp -a /etc/firewalld /run/firewalld-etc; mount --bind /run/firewalld-etc /etc/firewalld
            dbus-daemon --system --fork --nopidfile
            firewalld --nofork --nopid >/dev/null 2>&1 &
            eventually firewall-cmd --state
            """
        case .nftables:
            """
            nft -f - <<'END'
            table inet filter {
                chain input {
                    type filter hook input priority filter; policy drop;
                    ct state vmap { established : accept, related : accept, invalid : drop }
                    iifname "lo" accept; meta l4proto { icmp, icmpv6 } accept
                }
                chain forward { type filter hook forward priority filter; policy drop; }
            }
            END
            """
        }
    }

    private static let dockerSetup = """
        for program in iptables ip6tables; do $program-restore <<'END'
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD DROP [0:0]
        :OUTPUT ACCEPT [0:0]
        :DOCKER - [0:0]
        :DOCKER-ISOLATION-STAGE-1 - [0:0]
        :DOCKER-ISOLATION-STAGE-2 - [0:0]
        :DOCKER-USER - [0:0]
        -A FORWARD -j DOCKER-USER
        -A FORWARD -j DOCKER-ISOLATION-STAGE-1
        -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A FORWARD -o docker0 -j DOCKER
        -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
        -A FORWARD -i docker0 -o docker0 -j ACCEPT
        -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
        -A DOCKER-ISOLATION-STAGE-1 -j RETURN
        -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
        -A DOCKER-ISOLATION-STAGE-2 -j RETURN
        -A DOCKER-USER -j RETURN
        COMMIT
        END
        done
        """

    /// Shell commands after which it is set up anew, without anything of others in its tables.
    var reload: String {
        switch self {
        case .policy, .lastRule, .docker, .nftables: "nft flush ruleset; " + setup
        case .ufw: "nft flush ruleset; ufw --force disable >/dev/null; ufw --force enable >/dev/null"
        case .firewalld: "firewall-cmd --reload >/dev/null"
        }
    }

    /// A command with which the program or the administrator lists what it has.
    var listing: String {
        switch self {
        case .policy, .lastRule, .docker: "iptables -S && ip6tables -S && iptables -L -n && ip6tables -L -n"
        case .ufw: "ufw status verbose && iptables -S && ip6tables -S"
        case .firewalld: "firewall-cmd --list-all && nft list table inet firewalld"
        case .nftables: "nft list table inet filter"
        }
    }
}
