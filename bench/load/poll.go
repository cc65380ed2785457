package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// protocol turns bytes into what the run wants to know. take returns how many bytes it has used.
type protocol interface {
	begin(*conn)
	take(*conn, []byte) int
	say(*conn, string, int)
}

type conn struct {
	poll     *poll
	fd       int
	protocol protocol
	room     int
	rest     []byte // an incomplete frame
	unsent   []byte
	arrived  time.Time
	begun    bool
	ready    bool
	failed   string
	waits    int // id of the message that it wants acknowledged, or -1
}

// poll is one epoll instance and its sockets.
type poll struct {
	fd     int
	conns  map[int32]*conn
	events []syscall.EpollEvent
	buffer []byte
}

func newPoll() *poll {
	fd, err := syscall.EpollCreate1(0)
	check(err)
	return &poll{
		fd: fd, conns: map[int32]*conn{}, events: make([]syscall.EpollEvent, 1024), buffer: make([]byte, 1<<18),
	}
}

// watchInput delivers the lines of standard input; the only goroutine, asleep while a measurement runs.
func (p *poll) watchInput() <-chan []byte {
	lines := make(chan []byte)
	go func() {
		scanner := bufio.NewScanner(os.Stdin)
		for scanner.Scan() {
			lines <- append([]byte(nil), scanner.Bytes()...)
		}
		close(lines)
	}()
	return lines
}

func (p *poll) dial(address string, protocol protocol) (*conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	to := syscall.SockaddrInet4{Port: number}
	copy(to.Addr[:], net.ParseIP(host).To4())
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	if err := syscall.Connect(fd, &to); err != nil && err != syscall.EINPROGRESS {
		return nil, err
	}
	c := &conn{poll: p, fd: fd, protocol: protocol, waits: -1}
	p.conns[int32(fd)] = c
	return c, p.watch(c, syscall.EPOLL_CTL_ADD, true)
}

func (p *poll) watch(c *conn, operation int, writing bool) error {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(c.fd)}
	if writing {
		event.Events |= syscall.EPOLLOUT
	}
	return syscall.EpollCtl(p.fd, operation, c.fd, &event)
}

// wait handles what happens until then, or the first round of it.
func (p *poll) wait(until time.Time) {
	milliseconds := int(time.Until(until) / time.Millisecond)
	count, err := syscall.EpollWait(p.fd, p.events, max(milliseconds, 0))
	if err != nil {
		return // interrupted
	}
	for at := range p.events[:count] {
		event := p.events[at]
		c := p.conns[event.Fd]
		if c == nil {
			continue
		}
		if event.Events&syscall.EPOLLOUT != 0 {
			c.writable()
		}
		if event.Events&(syscall.EPOLLIN|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
			c.readable()
		}
	}
}

func (c *conn) writable() {
	if !c.begun {
		c.begun = true
		_ = c.poll.watch(c, syscall.EPOLL_CTL_MOD, false)
		c.protocol.begin(c)
		return
	}
	rest := c.unsent
	c.unsent = nil
	_ = c.poll.watch(c, syscall.EPOLL_CTL_MOD, false)
	c.write(rest)
}

func (c *conn) write(data []byte) {
	if c.failed != "" {
		return
	}
	if len(c.unsent) > 0 {
		c.unsent = append(c.unsent, data...)
		return
	}
	count, err := syscall.Write(c.fd, data)
	if err == syscall.EAGAIN {
		count, err = 0, nil
	}
	if err != nil {
		c.fail(err.Error())
		return
	}
	if count < len(data) {
		c.unsent = append(c.unsent, data[count:]...)
		_ = c.poll.watch(c, syscall.EPOLL_CTL_MOD, true)
	}
}

func (c *conn) readable() {
	count, err := syscall.Read(c.fd, c.poll.buffer)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		return
	}
	if err != nil || count == 0 {
		c.fail(fmt.Sprintf("closed by the server (%v)", err))
		return
	}
	c.arrived = time.Now()
	data := c.poll.buffer[:count]
	if len(c.rest) > 0 {
		c.rest = append(c.rest, data...)
		data = c.rest
	}
	used := c.protocol.take(c, data)
	if used == len(data) {
		c.rest = c.rest[:0]
		return
	}
	left := append([]byte(nil), data[used:]...)
	c.rest = left
}

func (c *conn) fail(why string) {
	if c.failed == "" {
		c.failed = why
		_ = syscall.Close(c.fd)
		delete(c.poll.conns, int32(c.fd))
	}
}

func ownCPU() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}
