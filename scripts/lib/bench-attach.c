/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs contestants against each other, interleaved, and prints one line per measured operation:
 *
 *     contestant <tab> attachments present <tab> operation <tab> milliseconds <tab> peak KiB of one program
 *         <tab> milliseconds of processor time, which a busy machine does not stretch
 *
 * bench-attach attach ROUNDS PRESENT DIR...   ADD and DEL with none present and with PRESENT
 * bench-attach start ROUNDS DIR...            one run of the first step, which only answers and exits
 *
 * DIR/steps describes a contestant, one program per line, run in order for ADD and backwards for DEL:
 *
 *     cni PROGRAM CONFIG             a CNI plugin: CNI_* in the environment, prevResult put into the configuration
 *     plain PROGRAM CONFIG ARG...    any program; @VERB@ is setup or teardown
 *     kernel                         no program: the netlink requests without which nothing works
 *
 * @ID@, @IP@, @PORT@ and @NETNS@ in arguments and configurations stand for those of the attachment. Each contestant
 * has network and mount namespaces of its own with empty /run and /var/lib/cni. The harness stays small, because a
 * child's peak memory begins with its parent's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench-kernel.h"

enum { max_contestants = 8, max_steps = 8, max_arguments = 8, text_size = 16384 };

typedef struct {
    enum { step_cni, step_plain, step_kernel } kind;
    char *program, *config, *arguments[max_arguments];
} step;

typedef struct {
    const char *name;
    step steps[max_steps];
    int step_count, host, mounts;
} contestant;

typedef struct {
    int number;
    char id[32], address[32], port[16], sandbox[64];
    char result[text_size];  /* of the last step of ADD; what a runtime would cache */
} attachment;

void fail(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* ---- contestants ---- */

static char *read_file(const char *directory, const char *name) {
    char path[512], *content = calloc(1, text_size);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file) fail("%s: %s", path, strerror(errno));
    if (fread(content, 1, text_size - 1, file) == text_size - 1) fail("%s: too large", path);
    fclose(file);
    return content;
}

static contestant load(const char *directory) {
    contestant result = {.name = strrchr(directory, '/') ? strrchr(directory, '/') + 1 : directory};
    char *lines = read_file(directory, "steps"), *rest = lines, *line;
    while ((line = strsep(&rest, "\n"))) {
        if (!*line) continue;
        step *next = &result.steps[result.step_count++];
        char *kind = strsep(&line, " ");
        next->kind = !strcmp(kind, "cni") ? step_cni : !strcmp(kind, "plain") ? step_plain : step_kernel;
        if (next->kind == step_kernel) continue;
        next->program = strsep(&line, " ");
        char *config = strsep(&line, " ");
        next->config = config && strcmp(config, "-") ? read_file(directory, config) : strdup("");
        for (int i = 0; line && i < max_arguments; i++) next->arguments[i] = strsep(&line, " ");
    }
    return result;
}

static void loopback_up(void) {
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    ioctl(descriptor, SIOCSIFFLAGS, &request);
    close(descriptor);
}

/* Namespaces of a host that has nothing in it yet; they live as long as the two descriptors. */
static void make_host(contestant *c) {
    int ready[2];
    char path[64], byte = 0;
    if (pipe(ready)) fail("pipe: %s", strerror(errno));
    pid_t holder = fork();
    if (holder == 0) {
        if (unshare(CLONE_NEWNET | CLONE_NEWNS)) _exit(1);
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
        if (mount("tmpfs", "/run", "tmpfs", 0, "mode=755") || mount("tmpfs", "/var/lib/cni", "tmpfs", 0, NULL)) _exit(1);
        mkdir("/run/sandboxes", 0755);
        loopback_up();
        if (write(ready[1], &byte, 1) == 1) pause();
        _exit(0);
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1) fail("making namespaces failed; is this root?");
    close(ready[0]);
    snprintf(path, sizeof path, "/proc/%d/ns/net", holder);
    c->host = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", holder);
    c->mounts = open(path, O_RDONLY | O_CLOEXEC);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
}

static void enter(const contestant *c) {
    if (setns(c->host, CLONE_NEWNET) || setns(c->mounts, CLONE_NEWNS)) fail("setns: %s", strerror(errno));
}

/* An empty network namespace at a path that only this contestant sees. */
static attachment *make_attachment(const contestant *c, int number) {
    attachment *a = calloc(1, sizeof *a);
    a->number = number;
    snprintf(a->id, sizeof a->id, "bench%020d", number);
    snprintf(a->address, sizeof a->address, "10.210.%d.%d", number / 250, 2 + number % 250);
    snprintf(a->port, sizeof a->port, "%d", 20000 + number);
    snprintf(a->sandbox, sizeof a->sandbox, "/run/sandboxes/%d", number);
    enter(c);
    pid_t child = fork();
    if (child == 0) {
        int file = open(a->sandbox, O_CREAT | O_WRONLY, 0444);
        if (file < 0 || unshare(CLONE_NEWNET)) _exit(1);
        loopback_up();
        _exit(mount("/proc/self/ns/net", a->sandbox, NULL, MS_BIND, NULL) ? 1 : 0);
    }
    int status;
    waitpid(child, &status, 0);
    if (status) fail("making a network namespace failed");
    return a;
}

/* ---- what the kernel itself costs ---- */

static double run_kernel(const contestant *c, const attachment *a, int adding) {
    char name[IFNAMSIZ];
    snprintf(name, sizeof name, "veth%d", a->number);
    kernel_bridge();
    double start = now();
    if (adding) {
        int sandbox = open(a->sandbox, O_RDONLY | O_CLOEXEC);
        kernel_pair(name, sandbox);
        setns(sandbox, CLONE_NEWNET);
        kernel_address(a->address);
        setns(c->host, CLONE_NEWNET);
        close(sandbox);
    } else {
        kernel_delete(name);
    }
    return now() - start;
}

/* ---- programs ---- */

/* Replaces the @NAMES@ of `text`; returns a static buffer. */
static char *substitute(const char *text, const attachment *a, int adding) {
    static char output[2 * text_size];
    const struct { const char *name, *value; } names[] = {
        {"@ID@", a->id}, {"@IP@", a->address}, {"@PORT@", a->port}, {"@NETNS@", a->sandbox},
        {"@VERB@", adding ? "setup" : "teardown"}};
    size_t length = 0;
    while (*text && length < sizeof output - 128) {
        size_t matched = 0;
        for (size_t i = 0; *text == '@' && i < sizeof names / sizeof *names; i++) {
            if (strncmp(text, names[i].name, strlen(names[i].name))) continue;
            length += sprintf(output + length, "%s", names[i].value);
            matched = strlen(names[i].name);
        }
        if (matched) text += matched; else output[length++] = *text++;
    }
    output[length] = 0;
    return output;
}

/* The configuration with `"prevResult": result` as its last member. */
static void add_previous_result(char *config, size_t size, const char *result) {
    char *end = strrchr(config, '}');
    if (!end || !*result) return;
    if (strlen(config) + strlen(result) + 32 > size) fail("configuration too large");
    sprintf(end, ",\"prevResult\":%s}", result);
}

/* Runs one program to its end with `input`; its output goes to `output`. */
static struct rusage run_program(const step *s, const attachment *a, int adding, const char *verb, char *input, char *output) {
    char *arguments[max_arguments + 2] = {s->program}, variables[8][256];
    for (int i = 0; i < max_arguments && s->arguments[i]; i++)
        arguments[i + 1] = strdup(substitute(s->arguments[i], a, adding));
    char directory[256], *environment[8] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(s->program, '/') - s->program), s->program);
    if (s->kind == step_cni) {
        const char *names[] = {"CNI_COMMAND", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"};
        const char *values[] = {verb, a->id, a->sandbox, "eth0", directory};
        for (int i = 0; i < 5; i++) {
            snprintf(variables[i], sizeof variables[i], "%s=%s", names[i], values[i]);
            environment[i + 1] = variables[i];
        }
    }
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) fail("pipe: %s", strerror(errno));
    /* A pipe holds 64 KiB, so the whole input fits before anyone reads. */
    if (write(in[1], input, strlen(input)) < 0) fail("write: %s", strerror(errno));
    close(in[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    pid_t child;
    int error = posix_spawn(&child, s->program, &actions, NULL, arguments, environment);
    if (error) fail("%s: %s", s->program, strerror(error));
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(out[0], output + length, text_size - 1 - length)) > 0) length += count;
    output[length] = 0;
    close(out[0]);
    struct rusage usage;
    int status;
    wait4(child, &status, 0, &usage);
    if (status) fail("%s %s for attachment %d failed: %s\n%s", s->program, verb, a->number, output, input);
    for (int i = 1; arguments[i]; i++) free(arguments[i]);
    return usage;
}

/* One operation of a contestant; prints its line unless it is a warm-up. */
static void run(const contestant *c, attachment *a, const char *verb, int present, int measured) {
    static char input[4 * text_size], output[text_size];
    int adding = strcmp(verb, "DEL") != 0;
    long peak = 0;
    double elapsed = 0, busy = 0;
    enter(c);
    if (adding) a->result[0] = 0;
    for (int i = 0; i < c->step_count; i++) {
        const step *s = &c->steps[adding ? i : c->step_count - 1 - i];
        if (s->kind == step_kernel) {
            elapsed += run_kernel(c, a, adding);
            continue;
        }
        strcpy(input, substitute(s->config, a, adding));
        if (s->kind == step_cni) add_previous_result(input, sizeof input, a->result);
        double start = now();
        struct rusage usage = run_program(s, a, adding, verb, input, output);
        elapsed += now() - start;
        busy += (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
                (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
        if (usage.ru_maxrss > peak) peak = usage.ru_maxrss;
        if (adding && output[strspn(output, " \n")] != '{' && strcmp(verb, "VERSION"))
            fail("%s printed no result", s->program);
        if (adding && s->kind == step_cni) strcpy(a->result, output);
    }
    if (measured) printf("%s\t%d\t%s\t%.3f\t%ld\t%.3f\n", c->name, present, verb, elapsed, peak, busy);
}

/* A contestant's host with a number of attachments in it, and the attachment that comes and goes. */
typedef struct {
    contestant c;
    int present;
    attachment *sample;
} arena;

static arena make_arena(contestant c, int present) {
    arena result = {.c = c, .present = present};
    make_host(&result.c);
    for (int number = 1; number <= present; number++) {
        attachment *a = make_attachment(&result.c, number);
        run(&result.c, a, "ADD", 0, 0);
        free(a);
    }
    result.sample = make_attachment(&result.c, 0);
    return result;
}

/* Empty and full hosts take turns in the same rounds, so that a busy machine slows all of them alike. */
static void attach(contestant *list, int count, int rounds, int present) {
    enum { warm_up = 2 };
    static arena arenas[2 * max_contestants];
    int total = 0;
    for (int i = 0; i < count; i++) {
        arenas[total++] = make_arena(list[i], 0);
        if (present) arenas[total++] = make_arena(list[i], present);
    }
    for (int round = -warm_up; round < rounds; round++)
        for (int i = 0; i < total; i++) {
            arena *turn = &arenas[(i + round + warm_up) % total];  /* nobody always follows the same neighbour */
            run(&turn->c, turn->sample, "ADD", turn->present, round >= 0);
            run(&turn->c, turn->sample, "DEL", turn->present, round >= 0);
        }
}

static void start(contestant *list, int count, int rounds) {
    static attachment nobody;
    for (int i = 0; i < count; i++) make_host(&list[i]);
    for (int round = -5; round < rounds; round++)
        for (int i = 0; i < count; i++) run(&list[i], &nobody, "VERSION", 0, round >= 0);
}

int main(int argc, char **argv) {
    static contestant list[max_contestants];
    int attaching = argc > 1 && !strcmp(argv[1], "attach"), first = attaching ? 4 : 3, count = argc - first;
    if (argc < 4 || count < 1 || count > max_contestants) fail("usage: bench-attach attach ROUNDS PRESENT DIR...");
    for (int i = 0; i < count; i++) list[i] = load(argv[first + i]);
    if (attaching) attach(list, count, atoi(argv[2]), atoi(argv[3]));
    else start(list, count, atoi(argv[2]));
    return 0;
}
