package main

import "bytes"

// engineIO is socket.io's protocol inside of WebSocket text frames: its own opening, pings that the server sends, and
// events as arrays.
type engineIO struct {
	webSocket
	connected bool
}

func (e *engineIO) take(c *conn, data []byte) int {
	used := e.webSocket.read(c, data, e.packet)
	c.ready = e.connected
	return used
}

func (e *engineIO) packet(c *conn, opcode byte, payload []byte) {
	switch {
	case opcode != 0x1 || len(payload) == 0:
		e.webSocket.frame(c, opcode, payload)
	case payload[0] == '0': // opened: ask for the default namespace
		c.write(frame(0x1, []byte("40")))
	case payload[0] == '2': // ping
		c.write(frame(0x1, []byte("3")))
	case bytes.HasPrefix(payload, []byte("40")):
		e.connected = true
	case bytes.HasPrefix(payload, []byte("42")):
		e.text(c, payload)
	}
}
