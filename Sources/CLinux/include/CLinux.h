/* SPDX-License-Identifier: Apache-2.0 */
/* Plain prototypes of what Swift's Glibc module omits. _GNU_SOURCE stays in the .c files. No logic. */
#ifndef SWNET_CLINUX_H
#define SWNET_CLINUX_H

#include <signal.h>
#include <spawn.h>
#include <sys/types.h>

/* Namespaces and mounts: setns(2), unshare(2), mount(2), umount2(2). Return 0, or -1 with errno. */
int swnet_setns(int descriptor, int type);
int swnet_unshare(int flags);
int swnet_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
int swnet_umount(const char *target, int flags);
extern const int swnet_clone_newnet, swnet_clone_newns, swnet_clone_newuts, swnet_clone_newpid, swnet_clone_newuser;
extern const unsigned long swnet_ms_bind, swnet_ms_rec, swnet_ms_private, swnet_ms_slave;
extern const int swnet_mnt_detach;

/* The file system a path lives on: f_type of statfs(2). Returns 0, or -1 with errno. */
int swnet_filesystem_magic(const char *path, long *magic);
int swnet_filesystem_magic_of(int descriptor, long *magic);
extern const long swnet_nsfs_magic, swnet_procfs_magic;

/* ioctl_ns(2) NS_GET_NSTYPE: the CLONE_NEW* of an open namespace. Returns -1 with errno. */
int swnet_namespace_type(int descriptor);

/* pipe2(2) with O_CLOEXEC. */
int swnet_pipe_cloexec(int descriptors[2]);

/* posix_spawn(3): every descriptor from `first` on closed, a session of its own with signals as the attributes say. */
int swnet_spawn_close_from(posix_spawn_file_actions_t *actions, int first);
int swnet_spawn_in_own_session(posix_spawnattr_t *attributes);

/* epoll(7), with the data word as a token. */
int swnet_epoll_create(void);
extern const int swnet_epoll_add, swnet_epoll_modify;
int swnet_epoll_control(int poll, int operation, int descriptor, unsigned events, unsigned long long token);
int swnet_epoll_wait(int poll, unsigned long long *tokens, unsigned *events, int count, int timeout);

/* signalfd(2). swnet_read_signal returns a signal's number, or -1. */
int swnet_signal_descriptor(const sigset_t *signals);
int swnet_read_signal(int descriptor);

/* Datagrams by recvmmsg(2) and sendmmsg(2), at most 32 of them. Addresses begin with a struct sockaddr_in6 and are
   `stride` apart; a received datagram that was longer than its room has a length above it. */
int swnet_receive_datagrams(int socket, unsigned char *octets, unsigned room, void *addresses, unsigned stride,
                            unsigned *lengths, unsigned count);
int swnet_send_datagrams(int socket, const unsigned char *octets, const unsigned *ends, const void *addresses,
                         unsigned stride, unsigned count);
extern const int swnet_ipv6_freebind;

/* accept4(2) with SOCK_NONBLOCK and SOCK_CLOEXEC; the address goes where a struct sockaddr_in6 has room. */
int swnet_accept(int socket, void *address);

/* What a daemon gives up. Each returns 0, or -1 with errno. */
int swnet_set_user(unsigned user, unsigned group);
int swnet_keep_capabilities_over_user_change(void);
int swnet_set_capabilities(unsigned long long mask);
int swnet_drop_bounding_set(unsigned long long kept);
int swnet_set_no_new_privileges(void);
int swnet_set_undumpable(void);
int swnet_refuse_system_calls(void);
extern const int swnet_cap_net_bind_service;

/* mallopt(3) and malloc_trim(3): one arena, and memory that is no longer used goes back. */
void swnet_use_little_memory(void);
void swnet_return_memory(void);

/* The process environment. Swift 6 refuses the mutable global. */
char **swnet_environment(void);
int swnet_clearenv(void);

/* The macros of wait(2). */
int swnet_wait_exit_status(int status);   /* -1 when the child did not exit by itself */
int swnet_wait_signal(int status);        /* 0 when no signal ended the child */

/* Argument vector as the kernel gave it, without CommandLine's start-up cost. */
int swnet_argument_count(void);
const char *swnet_argument(int index);

/* Makes SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE and SIGABRT write a CNI error object (code 999) on stdout and exit 1. */
void swnet_install_fault_handler(void);

/* TIOCGWINSZ: the columns of a terminal, 0 when it does not say, -1 when the descriptor is no terminal. */
int swnet_terminal_columns(int descriptor);

/* prctl(PR_SET_PDEATHSIG), prctl(PR_SET_NO_NEW_PRIVS). */
int swnet_set_parent_death_signal(int signal);

#endif
