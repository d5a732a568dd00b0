/* SPDX-License-Identifier: Apache-2.0 */
/* Plain prototypes of what Swift's Glibc module omits. _GNU_SOURCE stays in the .c files. No logic. */
#ifndef SWNET_CLINUX_H
#define SWNET_CLINUX_H

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

/* prctl(PR_SET_PDEATHSIG), prctl(PR_SET_NO_NEW_PRIVS). */
int swnet_set_parent_death_signal(int signal);

#endif
