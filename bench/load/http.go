package main

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// poster is one HTTP connection that is kept alive; members take turns on it.
type poster struct{ client *client }

func (p *poster) begin(c *conn) { c.ready = true }

func (p *poster) say(*conn, string, int) {}

var lengthName = []byte("content-length:")

func (p *poster) take(c *conn, data []byte) int {
	end := bytes.Index(data, []byte("\r\n\r\n"))
	if end < 0 {
		return 0
	}
	at := bytes.Index(bytes.ToLower(data[:end]), lengthName)
	if at < 0 {
		c.fail("an answer without its length")
		return len(data)
	}
	line := data[at+len(lengthName) : end+2]
	length, _ := strconv.Atoi(string(bytes.TrimSpace(line[:bytes.IndexByte(line, '\r')])))
	if len(data) < end+4+length {
		return 0
	}
	if bytes.HasPrefix(data, []byte("HTTP/1.1 201")) {
		p.client.acknowledged(c, c.waits)
	} else {
		p.client.denied(c)
	}
	return end + 4 + length
}

func (c *client) openPosters(count int) error {
	for _, conn := range c.posters { // a server may have closed what was idle between two turns
		conn.fail("a new turn")
	}
	c.posters = nil
	for len(c.posters) < count {
		conn, err := c.poll.dial(c.plan.Address, &poster{client: c})
		if err != nil {
			return err
		}
		c.posters = append(c.posters, conn)
	}
	until := time.Now().Add(30 * time.Second)
	for _, conn := range c.posters {
		for !conn.ready {
			if conn.failed != "" || time.Now().After(until) {
				return fmt.Errorf("no HTTP connection: %s", conn.failed)
			}
			c.poll.wait(time.Now().Add(10 * time.Millisecond))
		}
	}
	return nil
}

func (c *client) sendPost(id int, words string) {
	for _, conn := range c.posters {
		if conn.failed != "" || conn.waits >= 0 {
			continue
		}
		post := &c.plan.Posts[c.next%len(c.plan.Posts)]
		c.next++
		conn.waits = id
		c.messages = append(c.messages, message{
			sent: time.Now(), room: post.Room, left: c.members[post.Room], sender: conn,
		})
		c.outstanding++
		body := post.Before + words + post.After
		conn.write([]byte(post.Head + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body))
		return
	}
}
