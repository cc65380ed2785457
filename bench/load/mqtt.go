package main

import "fmt"

// mqtt is MQTT 3.1.1 at most once: one subscriber of one topic, which may publish to it.
type mqtt struct {
	client *client
	socket *Socket
	number int
}

func (m *mqtt) topic() string { return fmt.Sprintf("room/%d", m.socket.Room) }

func (m *mqtt) begin(c *conn) {
	id := fmt.Sprintf("load-%d", m.number)
	c.write(packet(0x10, append([]byte{0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0}, text16(id)...)))
}

func (m *mqtt) take(c *conn, data []byte) int {
	at := 0
	for {
		length, start, whole := remaining(data, at+1)
		if !whole || len(data) < start+length {
			return at
		}
		body := data[start : start+length]
		switch data[at] >> 4 {
		case 2: // CONNACK
			c.write(packet(0x82, append(append([]byte{0, 1}, text16(m.topic())...), 0)))
		case 9: // SUBACK
			c.ready = true
		case 3: // PUBLISH
			if id, found := marked(body); found {
				m.client.heard(c, id, true)
			}
		}
		at = start + length
	}
}

func (m *mqtt) say(c *conn, words string, _ int) {
	payload := m.client.plan.Before + words + m.client.plan.After
	c.write(packet(0x30, append(text16(m.topic()), payload...)))
}

func text16(text string) []byte {
	return append([]byte{byte(len(text) >> 8), byte(len(text))}, text...)
}

func packet(kind byte, body []byte) []byte {
	head := []byte{kind}
	for length := len(body); ; {
		digit := byte(length & 0x7f)
		length >>= 7
		if length == 0 {
			head = append(head, digit)
			break
		}
		head = append(head, digit|0x80)
	}
	return append(head, body...)
}

// remaining reads MQTT's length: where the body starts, and whether all of the length is there.
func remaining(data []byte, at int) (length, start int, whole bool) {
	for shift := 0; at < len(data); at, shift = at+1, shift+7 {
		length |= int(data[at]&0x7f) << shift
		if data[at]&0x80 == 0 {
			return length, at + 1, true
		}
	}
	return 0, 0, false
}
