/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

const int swnet_cap_net_bind_service = CAP_NET_BIND_SERVICE;

int swnet_set_user(unsigned user, unsigned group) {
    if (setgroups(0, NULL) != 0) return -1;
    if (setresgid(group, group, group) != 0) return -1;
    return setresuid(user, user, user);
}

int swnet_keep_capabilities_over_user_change(void) { return prctl(PR_SET_KEEPCAPS, 1UL, 0, 0, 0); }

int swnet_set_capabilities(unsigned long long mask) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {
        {(unsigned)mask, (unsigned)mask, 0}, {(unsigned)(mask >> 32), (unsigned)(mask >> 32), 0}};
    return (int)syscall(SYS_capset, &header, data);
}

int swnet_drop_bounding_set(unsigned long long kept) {
    for (unsigned long number = 0; number <= CAP_LAST_CAP; number++)
        if (!(kept >> number & 1) && prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0 && errno != EINVAL) return -1;
    return 0;
}

int swnet_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0, 0, 0); }
int swnet_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0UL, 0, 0, 0); }

#if defined(__x86_64__)
#define SWNET_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SWNET_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* Nothing that a server of datagrams ever does, and that somebody who took it over would do first. */
int swnet_refuse_system_calls(void) {
#define REFUSE(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), \
                       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
    static struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SWNET_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        REFUSE(SYS_execve), REFUSE(SYS_execveat), REFUSE(SYS_clone), REFUSE(SYS_clone3),
#ifdef SYS_fork
        REFUSE(SYS_fork), REFUSE(SYS_vfork),
#endif
        REFUSE(SYS_ptrace), REFUSE(SYS_process_vm_writev), REFUSE(SYS_mount), REFUSE(SYS_umount2),
        REFUSE(SYS_pivot_root), REFUSE(SYS_chroot), REFUSE(SYS_unshare), REFUSE(SYS_setns), REFUSE(SYS_bpf),
        REFUSE(SYS_keyctl), REFUSE(SYS_add_key), REFUSE(SYS_request_key), REFUSE(SYS_kexec_load),
        REFUSE(SYS_init_module), REFUSE(SYS_finit_module), REFUSE(SYS_delete_module), REFUSE(SYS_perf_event_open),
        REFUSE(SYS_userfaultfd), REFUSE(SYS_kill), REFUSE(SYS_tkill), REFUSE(SYS_reboot), REFUSE(SYS_setuid),
        REFUSE(SYS_setresuid), REFUSE(SYS_capset),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    static struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

void swnet_use_little_memory(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

extern const char __executable_start[], etext[];

void swnet_return_memory(void) {
    malloc_trim(0);
    /* Nobody writes to code, so what is used again comes back from the file. */
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)__executable_start & ~(page - 1);
    madvise((void *)start, ((uintptr_t)etext - start) & ~(page - 1), MADV_DONTNEED);
}
