/* One frame to many sockets: what the hub does most, without an interpreter between the system calls.
 *
 * sendloop.py says what goes in and out. Built by tools/setup.py where a C compiler is; nothing depends on it. Takes no
 * Python header: it is called through ctypes, which lets other threads run meanwhile.
 */
#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* sendloop.py refuses a library that says something else. */
int sendloop_version(void) { return 1; }

/* Tries each socket once. sent[i] becomes the number of bytes that it took: 0 where it is full, negative where it was
 * not tried (a negative descriptor) or is broken. Returns how many took everything. */
int sendloop_send(const int *descriptors, int count, const char *frame, int length, int *sent) {
    int whole = 0;
    for (int at = 0; at < count; at++) {
        sent[at] = -1;
        if (descriptors[at] < 0) continue;
        ssize_t taken = send(descriptors[at], frame, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) taken = 0;
        sent[at] = (int)taken;
        whole += taken == length;
    }
    return whole;
}
