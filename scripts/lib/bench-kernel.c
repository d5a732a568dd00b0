/* SPDX-License-Identifier: Apache-2.0 */
/* The least that attaching a container asks of the kernel, as the floor that bench-attach compares with. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

#include "bench-kernel.h"

static const char bridge_name[] = "bench0";

static struct mnl_socket *open_socket(void) {
    struct mnl_socket *s = mnl_socket_open(NETLINK_ROUTE);
    if (!s || mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID)) fail("netlink: %s", strerror(errno));
    return s;
}

static void request(struct mnl_socket *s, struct nlmsghdr *message, const char *what) {
    char reply[8192];
    message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    message->nlmsg_seq = 1;
    if (mnl_socket_sendto(s, message, message->nlmsg_len) < 0) fail("%s: %s", what, strerror(errno));
    ssize_t length = mnl_socket_recvfrom(s, reply, sizeof reply);
    if (length < 0 || mnl_cb_run(reply, length, 1, mnl_socket_get_portid(s), NULL, NULL) < 0)
        fail("%s: %s", what, strerror(errno));
}

static struct ifinfomsg *put_link_header(struct nlmsghdr *m, int type, int flags) {
    m = mnl_nlmsg_put_header(m);
    m->nlmsg_type = type;
    m->nlmsg_flags = flags;
    return mnl_nlmsg_put_extra_header(m, sizeof(struct ifinfomsg));
}

static void set_up(struct mnl_socket *s, unsigned index) {
    char buffer[256];
    struct nlmsghdr *m = (struct nlmsghdr *)buffer;
    struct ifinfomsg *header = put_link_header(m, RTM_NEWLINK, 0);
    header->ifi_index = index;
    header->ifi_flags = header->ifi_change = IFF_UP;
    request(s, m, "link set up");
}

void kernel_bridge(void) {
    char buffer[512];
    struct nlmsghdr *m = (struct nlmsghdr *)buffer;
    if (if_nametoindex(bridge_name)) return;
    struct mnl_socket *s = open_socket();
    put_link_header(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    mnl_attr_put_strz(m, IFLA_IFNAME, bridge_name);
    struct nlattr *info = mnl_attr_nest_start(m, IFLA_LINKINFO);
    mnl_attr_put_strz(m, IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(m, info);
    request(s, m, "link add bridge");
    set_up(s, if_nametoindex(bridge_name));
    mnl_socket_close(s);
}

void kernel_pair(const char *name, int sandbox) {
    char buffer[1024];
    struct nlmsghdr *m = (struct nlmsghdr *)buffer;
    struct mnl_socket *s = open_socket();
    struct ifinfomsg *header = put_link_header(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    header->ifi_flags = header->ifi_change = IFF_UP;
    mnl_attr_put_strz(m, IFLA_IFNAME, name);
    mnl_attr_put_u32(m, IFLA_MASTER, if_nametoindex(bridge_name));
    struct nlattr *info = mnl_attr_nest_start(m, IFLA_LINKINFO);
    mnl_attr_put_strz(m, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(m, IFLA_INFO_DATA), *peer = mnl_attr_nest_start(m, VETH_INFO_PEER);
    mnl_nlmsg_put_extra_header(m, sizeof *header);
    mnl_attr_put_strz(m, IFLA_IFNAME, "eth0");
    mnl_attr_put_u32(m, IFLA_NET_NS_FD, sandbox);
    mnl_attr_nest_end(m, peer);
    mnl_attr_nest_end(m, data);
    mnl_attr_nest_end(m, info);
    request(s, m, "link add veth");
    mnl_socket_close(s);
}

static void add_address(struct mnl_socket *s, unsigned index, const char *address) {
    char buffer[256];
    struct in_addr ip;
    inet_aton(address, &ip);
    struct nlmsghdr *m = mnl_nlmsg_put_header(buffer);
    m->nlmsg_type = RTM_NEWADDR;
    m->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
    struct ifaddrmsg *header = mnl_nlmsg_put_extra_header(m, sizeof *header);
    *header = (struct ifaddrmsg){.ifa_family = AF_INET, .ifa_prefixlen = 16, .ifa_index = index};
    mnl_attr_put(m, IFA_LOCAL, sizeof ip, &ip);
    mnl_attr_put(m, IFA_ADDRESS, sizeof ip, &ip);
    request(s, m, "address add");
}

static void add_default_route(struct mnl_socket *s, unsigned index, const char *gateway) {
    char buffer[256];
    struct in_addr ip;
    inet_aton(gateway, &ip);
    struct nlmsghdr *m = mnl_nlmsg_put_header(buffer);
    m->nlmsg_type = RTM_NEWROUTE;
    m->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
    struct rtmsg *header = mnl_nlmsg_put_extra_header(m, sizeof *header);
    *header = (struct rtmsg){.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                             .rtm_type = RTN_UNICAST};
    mnl_attr_put(m, RTA_GATEWAY, sizeof ip, &ip);
    mnl_attr_put_u32(m, RTA_OIF, index);
    request(s, m, "route add");
}

void kernel_address(const char *address) {
    struct mnl_socket *s = open_socket();
    unsigned index = if_nametoindex("eth0");
    set_up(s, index);
    add_address(s, index, address);
    add_default_route(s, index, "10.210.0.1");
    mnl_socket_close(s);
}

void kernel_delete(const char *name) {
    char buffer[256];
    struct nlmsghdr *m = (struct nlmsghdr *)buffer;
    struct mnl_socket *s = open_socket();
    struct ifinfomsg *header = put_link_header(m, RTM_DELLINK, 0);
    header->ifi_index = if_nametoindex(name);
    request(s, m, "link delete");
    mnl_socket_close(s);
}
