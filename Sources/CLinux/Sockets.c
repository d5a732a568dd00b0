/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { datagrams = 32 };

const int swnet_epoll_add = EPOLL_CTL_ADD, swnet_epoll_modify = EPOLL_CTL_MOD;
const int swnet_ipv6_freebind = IPV6_FREEBIND;

int swnet_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int swnet_epoll_control(int poll, int operation, int descriptor, unsigned events, unsigned long long token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(poll, operation, descriptor, &event);
}

int swnet_epoll_wait(int poll, unsigned long long *tokens, unsigned *events, int count, int timeout) {
    struct epoll_event ready[64];
    int found = epoll_wait(poll, ready, count < 64 ? count : 64, timeout);
    for (int i = 0; i < found; i++) {
        tokens[i] = ready[i].data.u64;
        events[i] = ready[i].events;
    }
    return found;
}

int swnet_signal_descriptor(const sigset_t *signals) { return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK); }

int swnet_read_signal(int descriptor) {
    struct signalfd_siginfo information;
    return read(descriptor, &information, sizeof information) == sizeof information ? (int)information.ssi_signo : -1;
}

int swnet_receive_datagrams(int socket, unsigned char *octets, unsigned room, void *addresses, unsigned stride,
                            unsigned *lengths, unsigned count) {
    struct iovec parts[datagrams];
    struct mmsghdr messages[datagrams];
    if (count > datagrams) count = datagrams;
    memset(messages, 0, sizeof messages[0] * count);
    for (unsigned i = 0; i < count; i++) {
        parts[i] = (struct iovec){octets + (size_t)i * room, room};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = (char *)addresses + (size_t)i * stride;
        messages[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_in6);
    }
    int received = recvmmsg(socket, messages, count, MSG_DONTWAIT, NULL);
    for (int i = 0; i < received; i++)
        lengths[i] = messages[i].msg_hdr.msg_flags & MSG_TRUNC ? room + 1 : messages[i].msg_len;
    return received;
}

static socklen_t length_of(const void *address) {
    return ((const struct sockaddr *)address)->sa_family == AF_INET ? sizeof(struct sockaddr_in)
                                                                     : sizeof(struct sockaddr_in6);
}

int swnet_send_datagrams(int socket, const unsigned char *octets, const unsigned *ends, const void *addresses,
                         unsigned stride, unsigned count) {
    struct iovec parts[datagrams];
    struct mmsghdr messages[datagrams];
    unsigned start = 0;
    if (count > datagrams) count = datagrams;
    memset(messages, 0, sizeof messages[0] * count);
    for (unsigned i = 0; i < count; i++) {
        const char *address = (const char *)addresses + (size_t)i * stride;
        parts[i] = (struct iovec){(void *)(octets + start), ends[i] - start};
        start = ends[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = (void *)address;
        messages[i].msg_hdr.msg_namelen = length_of(address);
    }
    /* A receiver that cannot be reached stops the call; those behind it get theirs all the same. */
    for (unsigned done = 0; done < count;) {
        int sent = sendmmsg(socket, messages + done, count - done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        done += sent > 0 ? (unsigned)sent : 1;
    }
    return (int)count;
}

int swnet_accept(int socket, void *address) {
    socklen_t length = sizeof(struct sockaddr_in6);
    return accept4(socket, address, address ? &length : NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
