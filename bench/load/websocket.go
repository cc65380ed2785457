package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
)

// webSocket speaks what servers send to members of a room: whole unmasked text frames, pings, a close.
type webSocket struct {
	client *client
	path   string
	host   string
	opened bool
}

func (w *webSocket) begin(c *conn) {
	c.write([]byte("GET " + w.path + " HTTP/1.1\r\nHost: " + w.host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
}

func (w *webSocket) take(c *conn, data []byte) int { return w.read(c, data, w.frame) }

// read hands every whole frame to told and returns how many bytes it has used.
func (w *webSocket) read(c *conn, data []byte, told func(*conn, byte, []byte)) int {
	at := 0
	if !w.opened {
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end < 0 {
			return 0
		}
		if !bytes.HasPrefix(data, []byte("HTTP/1.1 101")) {
			c.fail(string(data[:bytes.IndexByte(data, '\r')]))
			return len(data)
		}
		w.opened, c.ready = true, true
		at = end + 4
	}
	for len(data)-at >= 2 {
		length, start := int(data[at+1]), at+2
		switch length {
		case 126:
			if len(data)-at < 4 {
				return at
			}
			length, start = int(binary.BigEndian.Uint16(data[at+2:])), at+4
		case 127:
			if len(data)-at < 10 {
				return at
			}
			length, start = int(binary.BigEndian.Uint64(data[at+2:])), at+10
		}
		if len(data) < start+length {
			return at
		}
		told(c, data[at]&0x0f, data[start:start+length])
		at = start + length
		if c.failed != "" {
			return len(data)
		}
	}
	return at
}

func (w *webSocket) frame(c *conn, opcode byte, payload []byte) {
	switch opcode {
	case 0x1:
		w.text(c, payload)
	case 0x8:
		w.client.closed++
		c.fail(fmt.Sprintf("close frame %x", payload))
	case 0x9:
		c.write(frame(0xA, payload))
	}
}

var (
	acked   = []byte(`"type":"ack"`)
	refused = []byte(`"type":"error"`)
	keyName = []byte(`"client_msg_id":"`)
)

func (w *webSocket) text(c *conn, payload []byte) {
	keyed := w.client.plan.Keyed
	if id, found := marked(payload); found {
		w.client.heard(c, id, !keyed)
		return
	}
	if keyed && bytes.Contains(payload, acked) {
		at := bytes.Index(payload, keyName) + len(keyName)
		if id, err := strconv.Atoi(string(payload[at : at+bytes.IndexByte(payload[at:], '"')])); err == nil {
			w.client.acknowledged(c, id)
		}
		return
	}
	if bytes.Contains(payload, refused) {
		w.client.denied(c)
	}
}

// marked finds the number of a message: ~0000002a~
func marked(payload []byte) (int, bool) {
	at := bytes.IndexByte(payload, '~')
	if at < 0 || len(payload) < at+10 || payload[at+9] != '~' {
		return 0, false
	}
	id, err := strconv.ParseUint(string(payload[at+1:at+9]), 16, 32)
	return int(id), err == nil
}

func (w *webSocket) say(c *conn, words string, id int) {
	if w.client.plan.Before != "" {
		c.write(frame(0x1, []byte(w.client.plan.Before+words+w.client.plan.After)))
		return
	}
	if w.client.plan.Keyed {
		c.write(frame(0x1, []byte(fmt.Sprintf(`{"type":"chat.message","message":"%s","client_msg_id":"%d"}`, words, id))))
		return
	}
	c.write(frame(0x1, []byte(`{"type":"chat.message","message":"`+words+`"}`)))
}

// frame masks with zeros: masks protect proxies from pages, and neither is here.
func frame(opcode byte, payload []byte) []byte {
	if len(payload) < 126 {
		return append([]byte{0x80 | opcode, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...)
	}
	head := []byte{0x80 | opcode, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload)), 0, 0, 0, 0}
	return append(head, payload...)
}
