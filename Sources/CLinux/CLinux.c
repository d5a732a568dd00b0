/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

const int swnet_clone_newnet = CLONE_NEWNET, swnet_clone_newns = CLONE_NEWNS, swnet_clone_newuts = CLONE_NEWUTS,
          swnet_clone_newpid = CLONE_NEWPID, swnet_clone_newuser = CLONE_NEWUSER;
const unsigned long swnet_ms_bind = MS_BIND, swnet_ms_rec = MS_REC, swnet_ms_private = MS_PRIVATE,
                    swnet_ms_slave = MS_SLAVE;
const int swnet_mnt_detach = MNT_DETACH;
const long swnet_nsfs_magic = NSFS_MAGIC, swnet_procfs_magic = PROC_SUPER_MAGIC;

int swnet_setns(int descriptor, int type) { return setns(descriptor, type); }
int swnet_unshare(int flags) { return unshare(flags); }
int swnet_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return mount(source, target, type, flags, data);
}
int swnet_umount(const char *target, int flags) { return umount2(target, flags); }

int swnet_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : -1;
}

int swnet_filesystem_magic(const char *path, long *magic) {
    struct statfs info;
    if (statfs(path, &info) != 0) return -1;
    *magic = (long)info.f_type;
    return 0;
}

int swnet_filesystem_magic_of(int descriptor, long *magic) {
    struct statfs info;
    if (fstatfs(descriptor, &info) != 0) return -1;
    *magic = (long)info.f_type;
    return 0;
}

int swnet_namespace_type(int descriptor) { return ioctl(descriptor, NS_GET_NSTYPE); }

int swnet_pipe_cloexec(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int swnet_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
int swnet_spawn_in_own_session(posix_spawnattr_t *attributes) {
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

char **swnet_environment(void) { return environ; }
int swnet_clearenv(void) { return clearenv(); }

int swnet_wait_exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int swnet_wait_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int swnet_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0); }

static int argument_count;
static char **argument_vector;

__attribute__((constructor)) static void remember_arguments(int count, char **vector) {
    argument_count = count;
    argument_vector = vector;
}

int swnet_argument_count(void) { return argument_count; }
const char *swnet_argument(int index) { return index < argument_count ? argument_vector[index] : NULL; }

/* Async-signal-safe: one write(2), one _exit(2). */
static void report_fault(int signal) {
    static const char object[] =
        "{\n    \"code\": 999,\n    \"msg\": \"internal error: the program stopped at a broken invariant\",\n"
        "    \"details\": \"this is a defect of swnet; please report it with the configuration that was used\"\n}\n";
    (void)signal;
    ssize_t written = write(STDOUT_FILENO, object, sizeof object - 1);
    (void)written;
    _exit(1);
}

void swnet_install_fault_handler(void) {
    static const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    static char stack[16384];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack, .ss_flags = 0};
    sigaltstack(&alternate, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = report_fault;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) sigaction(signals[i], &action, NULL);
}
