package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// xmpp signs in with SASL PLAIN, enters one room and stays.
type xmpp struct {
	client *client
	socket *Socket
	state  int
}

const (
	greeted = iota
	signingIn
	restarted
	binding
	entering
	inside
)

func (x *xmpp) stream(c *conn) {
	c.write([]byte("<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' " +
		"xmlns:stream='http://etherx.jabber.org/streams'>"))
}

func (x *xmpp) begin(c *conn) { x.stream(c) }

func (x *xmpp) take(c *conn, data []byte) int {
	if x.state == inside {
		return x.stanzas(c, data)
	}
	step := func(awaited string, then func()) int {
		if bytes.Contains(data, []byte(awaited)) {
			x.state++
			then()
			return len(data)
		}
		if bytes.Contains(data, []byte("<failure")) || bytes.Contains(data, []byte("type='error'")) {
			c.fail(string(data))
			return len(data)
		}
		return 0
	}
	switch x.state {
	case greeted:
		return step("</stream:features>", func() {
			plain := base64.StdEncoding.EncodeToString([]byte("\x00" + x.socket.User + "\x00" + x.socket.Password))
			c.write([]byte("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + plain + "</auth>"))
		})
	case signingIn:
		return step("<success", func() { x.stream(c) })
	case restarted:
		return step("</stream:features>", func() {
			c.write([]byte("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"))
		})
	case binding:
		return step("</iq>", func() {
			c.write([]byte("<presence to='" + x.socket.RoomName + "/" + x.socket.User +
				"'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"))
		})
	default: // the subject is the last thing that a room tells to who enters
		return step("<subject", func() { c.ready = true })
	}
}

var endOfMessage = []byte("</message>")

func (x *xmpp) stanzas(c *conn, data []byte) int {
	at := 0
	for {
		end := bytes.Index(data[at:], endOfMessage)
		if end < 0 {
			if bytes.IndexByte(data[at:], '~') < 0 && len(data)-at > 64*1024 {
				return len(data) // presence of others
			}
			return at
		}
		stanza := data[at : at+end]
		at += end + len(endOfMessage)
		if begin := bytes.LastIndex(stanza, []byte("<message")); begin > 0 {
			stanza = stanza[begin:]
		}
		if bytes.Contains(stanza, []byte("type='error'")) {
			x.client.denied(c)
		} else if id, found := marked(stanza); found {
			x.client.heard(c, id, true)
		}
	}
}

func (x *xmpp) say(c *conn, words string, id int) {
	c.write([]byte(fmt.Sprintf("<message to='%s' type='groupchat' id='m%d'><body>%s</body></message>",
		x.socket.RoomName, id, words)))
}
