package main

import (
	"bytes"
	"fmt"
	"strconv"
)

// nats is one subscriber of one subject, which may publish to it.
type nats struct {
	client *client
	socket *Socket
}

var crlf = []byte("\r\n")

func (n *nats) begin(c *conn) {
	c.write([]byte("CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true}\r\nSUB " + n.subject() + " 1\r\nPING\r\n"))
}

func (n *nats) subject() string { return fmt.Sprintf("room.%d", n.socket.Room) }

func (n *nats) take(c *conn, data []byte) int {
	at := 0
	for {
		end := bytes.Index(data[at:], crlf)
		if end < 0 {
			return at
		}
		line := data[at : at+end]
		next := at + end + 2
		switch {
		case bytes.HasPrefix(line, []byte("MSG ")):
			size, err := strconv.Atoi(string(line[bytes.LastIndexByte(line, ' ')+1:]))
			if err != nil {
				c.fail("not a message: " + string(line))
				return len(data)
			}
			if len(data) < next+size+2 {
				return at
			}
			if id, found := marked(data[next : next+size]); found {
				n.client.heard(c, id, true)
			}
			next += size + 2
		case bytes.HasPrefix(line, []byte("PING")):
			c.write([]byte("PONG\r\n"))
		case bytes.HasPrefix(line, []byte("PONG")):
			c.ready = true
		case bytes.HasPrefix(line, []byte("-ERR")):
			c.fail(string(line))
			return len(data)
		}
		at = next
	}
}

func (n *nats) say(c *conn, words string, _ int) {
	payload := n.client.plan.Before + words + n.client.plan.After
	c.write([]byte(fmt.Sprintf("PUB %s %d\r\n%s\r\n", n.subject(), len(payload), payload)))
}
