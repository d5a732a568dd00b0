/* SPDX-License-Identifier: Apache-2.0 */
/* Netlink requests in the calling thread's network namespace. Whatever the kernel refuses ends the program. */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* A bridge that is up, made once. */
void kernel_bridge(void);
/* A veth pair: one end in the bridge, the other, eth0, in the namespace of a descriptor. */
void kernel_pair(const char *name, int sandbox);
/* Address, default route and link state of eth0. */
void kernel_address(const char *address);
void kernel_delete(const char *name);

#endif
