/* SPDX-License-Identifier: Apache-2.0 */
/* What `scripts/bench dns` measures itself: how long a server takes from its start, and a resolver of ours from a record
 * in its state directory, to an answer. Milliseconds go to standard output, a line each.
 *
 * bench-dns start ADDRESS NAME PROGRAM ARGUMENT...
 *     from starting the program to its first answer about NAME; leaves the program running
 * bench-dns add STATE-DIRECTORY NETWORK ADDRESS BOOT COUNT
 *     COUNT endpoints one after the other, each from writing its record to the answer after `sync`
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { patience_milliseconds = 20000 };

static void fail(const char *what) {
    fprintf(stderr, "bench-dns: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int resolver(const char *address) {
    struct sockaddr_in receiver = {.sin_family = AF_INET, .sin_port = htons(53)};
    if (inet_pton(AF_INET, address, &receiver.sin_addr) != 1) fail(address);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    /* From the server's own address: ours answers the host from no other. */
    struct sockaddr_in sender = {.sin_family = AF_INET, .sin_addr = receiver.sin_addr};
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&sender, sizeof sender) ||
        connect(descriptor, (struct sockaddr *)&receiver, sizeof receiver))
        fail("connect");
    return descriptor;
}

/* The question for the address of a name of one label. Returns its length. */
static size_t question(unsigned char *message, const char *name, unsigned short id) {
    static const unsigned char header[] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}, type[] = {0, 0, 1, 0, 1};
    size_t length = strlen(name);
    memcpy(message, header, sizeof header);
    message[0] = (unsigned char)(id >> 8);
    message[1] = (unsigned char)id;
    message[sizeof header] = (unsigned char)length;
    memcpy(message + sizeof header + 1, name, length);
    memcpy(message + sizeof header + 1 + length, type, sizeof type);
    return sizeof header + 1 + length + sizeof type;
}

/* True when the server has an address for the name, and says so within `timeout` milliseconds. */
static int answers(int descriptor, const char *name, int timeout) {
    static unsigned short id;
    unsigned char message[512], answer[512];
    size_t length = question(message, name, ++id);
    if (send(descriptor, message, length, 0) < 0) {
        usleep(200);
        return 0;
    }
    struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
    while (poll(&waiting, 1, timeout) > 0) {
        ssize_t count = recv(descriptor, answer, sizeof answer, 0);
        if (count < 0) {
            usleep(200); /* nobody listens yet */
            return 0;
        }
        if (count < 12 || answer[0] != message[0] || answer[1] != message[1]) continue;
        if ((answer[3] & 15) == 0 && answer[7] > 0) return 1;
        usleep(200); /* it does not know the name yet */
        return 0;
    }
    return 0;
}

static void start(const char *address, const char *name, char **command) {
    int descriptor = resolver(address);
    double begin = now();
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        /* Whoever reads our output does not wait for the program's end. */
        int nothing = open("/dev/null", O_RDWR);
        setsid();
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
        execv(command[0], command);
        fail(command[0]);
    }
    while (!answers(descriptor, name, 20))
        if (now() - begin > patience_milliseconds) fail("no answer came");
    printf("%.3f\n", now() - begin);
}

static int control(const char *directory) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/dns/control", directory);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail(address.sun_path);
    return descriptor;
}

static void write_record(const char *path, const char *network, const char *container, const char *name,
                         const char *boot, int number) {
    char temporary[5000];
    const char *base = strrchr(path, '/') + 1;
    snprintf(temporary, sizeof temporary, "%.*s.%s.new", (int)(base - path), path, base);
    FILE *file = fopen(temporary, "w");
    if (!file) fail(temporary);
    fprintf(file,
            "{\"version\":1,\"network\":\"%s\",\"container\":\"%s\",\"interface\":\"eth0\",\"sandbox\":\"/run/netns/%s\","
            "\"boot\":\"%s\",\"state\":\"attached\",\"created\":0,\"name\":\"%s\",\"type\":\"swnet\","
            "\"addresses\":[\"10.210.200.%d/16\"],\"gateways\":[\"10.210.0.1\"],\"stages\":{\"names\":{}}}",
            network, container, container, boot, name, number % 250 + 1);
    if (fclose(file) || rename(temporary, path)) fail(path);
}

static void add(const char *directory, const char *network, const char *address, const char *boot, int count) {
    int requests = control(directory), questions = resolver(address);
    for (int number = 0; number < count; number++) {
        char container[65], name[32], path[4096], request[4096], reply[4096];
        snprintf(container, sizeof container, "ffff%060x", number);
        snprintf(name, sizeof name, "late%d", number);
        snprintf(path, sizeof path, "%s/endpoints/%s/%s:eth0.json", directory, network, container);
        snprintf(request, sizeof request,
                 "{\"command\":\"sync\",\"network\":\"%s\",\"container\":\"%s\",\"interface\":\"eth0\"}\n", network,
                 container);
        double begin = now();
        write_record(path, network, container, name, boot, number);
        if (send(requests, request, strlen(request), 0) < 0 || recv(requests, reply, sizeof reply, 0) <= 0)
            fail("sync");
        if (!answers(questions, name, 1000)) fail("a new name has no answer");
        printf("%.3f\n", now() - begin);
    }
}

int main(int count, char **arguments) {
    if (count > 4 && !strcmp(arguments[1], "start"))
        start(arguments[2], arguments[3], arguments + 4);
    else if (count == 7 && !strcmp(arguments[1], "add"))
        add(arguments[2], arguments[3], arguments[4], arguments[5], atoi(arguments[6]));
    else
        return 64;
    return 0;
}
