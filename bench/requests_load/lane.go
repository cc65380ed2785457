package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const patience = 20 * time.Second

// clock says when a turn measures. It ends at the deadline, or for all lanes when the first has nothing left.
type clock struct {
	measure, deadline time.Time
	mutex             sync.Mutex
	stopped           time.Time
}

func (c *clock) running() bool { return !c.usedUp() && time.Now().Before(c.deadline) }

func (c *clock) usedUp() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return !c.stopped.IsZero()
}

func (c *clock) stop() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.stopped.IsZero() {
		c.stopped = time.Now()
	}
}

func (c *clock) end() time.Time {
	if c.usedUp() {
		return c.stopped
	}
	return c.deadline
}

type timing struct {
	ended time.Time
	took  time.Duration
}

// worker is one lane during one turn.
type worker struct {
	address   string
	operation *Operation
	lane      *Lane
	clock     *clock
	wire      net.Conn
	reader    *bufio.Reader
	done      int
	timed     []timing // answered as expected after the measuring began
	failed    map[string]int
	sample    string
}

func (w *worker) work() {
	defer w.hangUp()
	for w.clock.running() {
		request := w.lane.take(w.operation.Repeat)
		if request == nil {
			w.clock.stop()
			return
		}
		started := time.Now()
		status, body, err := w.ask(request)
		w.note(request, started, status, body, err)
	}
}

func (l *Lane) take(repeat bool) *Request {
	if repeat && l.next >= len(l.Requests) {
		l.next = 0
	}
	if l.next >= len(l.Requests) {
		return nil
	}
	l.next++
	return l.Requests[l.next-1]
}

func (w *worker) note(request *Request, started time.Time, status int, body []byte, err error) {
	ended := time.Now()
	if err == nil && status == w.operation.Expect {
		err = w.keep(request, body)
	}
	switch {
	case err != nil:
		w.refused("no answer", err.Error())
		w.hangUp()
		time.Sleep(20 * time.Millisecond) // who refuses connections must not be asked in a busy loop
	case status != w.operation.Expect:
		w.refused(strconv.Itoa(status), string(body[:min(len(body), 300)]))
	default:
		w.done++
		if !ended.Before(w.clock.measure) {
			w.timed = append(w.timed, timing{ended, ended.Sub(started)})
		}
	}
}

func (w *worker) refused(kind, words string) {
	w.failed[kind]++
	if w.sample == "" {
		w.sample = kind + ": " + words
	}
}

// keep remembers what the next request of this kind needs; an answer without it leaves the old one in use.
func (w *worker) keep(request *Request, body []byte) error {
	if w.operation.Keep == "" {
		return nil
	}
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	if text, ok := answer[w.operation.Keep].(string); ok {
		request.Secret = text
	}
	return nil
}

func (w *worker) ask(request *Request) (int, []byte, error) {
	if w.wire == nil {
		wire, err := net.DialTimeout("tcp", w.address, patience)
		if err != nil {
			return 0, nil, err
		}
		w.wire, w.reader = wire, bufio.NewReaderSize(wire, 8192)
	}
	_ = w.wire.SetDeadline(time.Now().Add(patience))
	if _, err := w.wire.Write(request.bytes(w.address)); err != nil {
		return 0, nil, err
	}
	response, err := http.ReadResponse(w.reader, nil)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if response.Close {
		w.hangUp()
	}
	return response.StatusCode, body, err
}

func (w *worker) hangUp() {
	if w.wire != nil {
		_ = w.wire.Close()
		w.wire = nil
	}
}

func (r *Request) bytes(host string) []byte {
	var out bytes.Buffer
	body := strings.Replace(r.Body, "{secret}", r.Secret, 1)
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n", r.Method, r.Path, host)
	if r.Token != "" {
		fmt.Fprintf(&out, "Authorization: Bearer %s\r\n", r.Token)
	}
	if body != "" {
		fmt.Fprintf(&out, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	out.WriteString("\r\n")
	out.WriteString(body)
	return out.Bytes()
}
