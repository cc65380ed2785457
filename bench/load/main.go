// Command load holds thousands of chat sockets in one thread and says what they saw.
//
//	load plan.json
//
// It opens the sockets of the plan, then takes one command per line of its standard input and answers each with one
// line of JSON. One epoll loop, no goroutines: the client must not be what the run measures.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"time"
)

// Plan is what a run needs to know: who connects where, and who may speak.
type Plan struct {
	Protocol string   `json:"protocol"` // "ws", "engineio", "nats", "mqtt" or "xmpp"
	Address  string   `json:"address"`  // host:port
	Opening  int      `json:"opening"`  // sockets that may be opening at once
	Sockets  []Socket `json:"sockets"`
	Posts    []Post   `json:"posts"` // senders by HTTP; empty: the sockets send
	Before   string   `json:"before"`   // what stands around the words of a message; empty: a frame of the chat
	After    string   `json:"after"`
	Keyed    bool     `json:"keyed"` // send client_msg_id and take the ack frame for the acknowledgement
}

// Socket is one member of one room. Sockets of consecutive places should be in different rooms.
type Socket struct {
	Path     string `json:"path"`
	Room     int    `json:"room"`
	RoomName string `json:"room_name"` // XMPP: room@service
	User     string `json:"user"`
	Password string `json:"password"`
}

// Post is one member who sends by HTTP: the head without its last line, and the JSON body around the text.
type Post struct {
	Head   string `json:"head"`
	Before string `json:"before"`
	After  string `json:"after"`
	Room   int    `json:"room"`
}

// Command is one measurement. Rate 0 is a closed loop of Slots messages at once.
type Command struct {
	Seconds float64 `json:"seconds"`
	Warm    float64 `json:"warm"`
	Slots   int     `json:"slots"`
	Rate    float64 `json:"rate"`
	Post    bool    `json:"post"`
	Drain   float64 `json:"drain"`
}

// Report is what a measurement saw. Times are in milliseconds.
type Report struct {
	Sent      int       `json:"sent"`
	Acked     int       `json:"acked"` // within the measured seconds
	AllAcked  int       `json:"all_acked"`
	Refused   int       `json:"refused"`
	Seconds   float64   `json:"seconds"`
	Missing   int       `json:"missing"`  // deliveries of acknowledged messages that never came
	Stalled   int       `json:"stalled"`  // messages without acknowledgement until the end
	Closed    int       `json:"closed"`   // sockets that the server closed
	Heard     int       `json:"heard"`    // deliveries, all of them
	Delivery  []float64 `json:"delivery"` // p50, p95, p99, max of each
	Ack       []float64 `json:"ack"`      // the same until the sender knows
	LastHeard []float64 `json:"last_heard"`
	OwnCPU    float64   `json:"own_cpu"`
	Error     string    `json:"error,omitempty"`
}

const text = " 네, 지금 화면이 보여요. 다음은 어디를 누르면 되나요?"

type message struct {
	sent, acked, last time.Time
	room, left        int
	sender            *conn
	refused           bool
}

type client struct {
	plan     Plan
	poll     *poll
	sockets  []*conn
	posters  []*conn
	members  []int // per room
	messages []message
	base     int // id of messages[0]
	next     int // whose turn it is
	closed   int
	refused  int

	command           Command
	deadline, measure time.Time
	running           bool
	acked, inMeasure  int
	deliveries        []float64
	heardAll          int
	outstanding       int
	oneEvery          time.Duration
	due               time.Time
}

func main() {
	raw, err := os.ReadFile(os.Args[1])
	check(err)
	c := &client{poll: newPoll()}
	check(json.Unmarshal(raw, &c.plan))
	out := bufio.NewWriter(os.Stdout)
	say := func(value any) {
		line, _ := json.Marshal(value)
		out.Write(append(line, '\n'))
		out.Flush()
	}
	started := time.Now()
	if err := c.open(); err != nil {
		say(map[string]any{"error": err.Error()})
		os.Exit(1)
	}
	say(map[string]any{"sockets": len(c.sockets), "seconds": time.Since(started).Seconds()})
	lines := c.poll.watchInput()
	for {
		c.poll.wait(time.Now().Add(time.Second))
		select {
		case line, more := <-lines:
			if !more {
				return
			}
			var command Command
			check(json.Unmarshal(line, &command))
			say(c.run(command))
		default:
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// open connects every socket, a few at a time.
func (c *client) open() error {
	rooms := 0
	for _, s := range c.plan.Sockets {
		rooms = max(rooms, s.Room+1)
	}
	c.members = make([]int, rooms)
	opening, last := 0, time.Now()
	for at := 0; at < len(c.plan.Sockets) || opening > 0; {
		for at < len(c.plan.Sockets) && opening < c.plan.Opening {
			socket := &c.plan.Sockets[at]
			conn, err := c.poll.dial(c.plan.Address, c.protocolFor(socket))
			if err != nil {
				return err
			}
			conn.room = socket.Room
			c.members[socket.Room]++
			c.sockets = append(c.sockets, conn)
			at, opening, last = at+1, opening+1, time.Now()
		}
		before := opening
		c.poll.wait(time.Now().Add(100 * time.Millisecond))
		opening = 0
		for _, conn := range c.sockets[max(0, at-4*c.plan.Opening):] {
			if conn.failed != "" {
				return fmt.Errorf("socket %d: %s", len(c.sockets), conn.failed)
			}
			if !conn.ready {
				opening++
			}
		}
		if opening != before {
			last = time.Now()
		}
		if time.Since(last) > 30*time.Second {
			return fmt.Errorf("no socket opened for 30 s, %d of %d", at-opening, len(c.plan.Sockets))
		}
	}
	return nil
}

func (c *client) protocolFor(socket *Socket) protocol {
	web := webSocket{client: c, path: socket.Path, host: c.plan.Address}
	switch c.plan.Protocol {
	case "xmpp":
		return &xmpp{client: c, socket: socket}
	case "nats":
		return &nats{client: c, socket: socket}
	case "mqtt":
		return &mqtt{client: c, socket: socket, number: len(c.sockets)}
	case "engineio":
		return &engineIO{webSocket: web}
	}
	return &web
}

// run makes one measurement.
func (c *client) run(command Command) Report {
	c.command = command
	c.base += len(c.messages)
	c.messages = c.messages[:0]
	c.acked, c.inMeasure, c.outstanding, c.refused = 0, 0, 0, 0
	c.deliveries, c.heardAll = c.deliveries[:0], 0
	if command.Post {
		if err := c.openPosters(max(command.Slots, 16)); err != nil {
			return Report{Error: err.Error()}
		}
	}
	cpu := ownCPU()
	start := time.Now()
	c.measure = start.Add(time.Duration(command.Warm * 1e9))
	c.deadline = c.measure.Add(time.Duration(command.Seconds * 1e9))
	c.running = true
	if command.Rate > 0 {
		c.oneEvery, c.due = time.Duration(1e9/command.Rate), start
	} else {
		for slot := 0; slot < command.Slots; slot++ {
			c.send()
		}
	}
	for time.Now().Before(c.deadline) {
		c.tick()
	}
	c.running = false
	end := time.Now().Add(time.Duration(command.Drain * 1e9))
	for time.Now().Before(end) && !c.quiet() {
		c.poll.wait(time.Now().Add(20 * time.Millisecond))
	}
	report := c.report()
	report.OwnCPU = ownCPU() - cpu
	return report
}

func (c *client) tick() {
	now := time.Now()
	if c.command.Rate == 0 {
		c.poll.wait(now.Add(50 * time.Millisecond))
		return
	}
	for !c.due.After(now) && c.due.Before(c.deadline) {
		c.send()
		c.due = c.due.Add(c.oneEvery)
	}
	if c.due.Before(c.deadline) {
		c.poll.wait(c.due)
	} else {
		c.poll.wait(c.deadline)
	}
}

// send lets the next member say something.
func (c *client) send() {
	id := c.base + len(c.messages)
	words := fmt.Sprintf("~%08x~%s", id, text)
	if c.command.Post {
		c.sendPost(id, words)
		return
	}
	for range c.sockets {
		conn := c.sockets[c.next%len(c.sockets)]
		c.next++
		if conn.failed == "" && conn.waits < 0 {
			conn.waits = id
			c.messages = append(c.messages, message{
				sent: time.Now(), room: conn.room, left: c.members[conn.room], sender: conn,
			})
			c.outstanding++
			conn.protocol.say(conn, words, id)
			return
		}
	}
}

func (c *client) heard(conn *conn, id int, acknowledges bool) {
	at := id - c.base
	if at < 0 || at >= len(c.messages) {
		return
	}
	m := &c.messages[at]
	m.left--
	m.last = conn.arrived
	c.heardAll++
	if !m.sent.Before(c.measure) {
		c.deliveries = append(c.deliveries, conn.arrived.Sub(m.sent).Seconds()*1000)
	}
	if m.sender == conn && acknowledges {
		c.acknowledged(conn, id)
	}
}

func (c *client) acknowledged(conn *conn, id int) {
	at := id - c.base
	if at < 0 || at >= len(c.messages) || !c.messages[at].acked.IsZero() {
		return
	}
	m := &c.messages[at]
	m.acked = conn.arrived
	c.acked++
	if !m.acked.Before(c.measure) && m.acked.Before(c.deadline) {
		c.inMeasure++
	}
	c.free(conn)
}

func (c *client) denied(conn *conn) {
	c.refused++
	if conn.waits >= c.base && conn.waits-c.base < len(c.messages) {
		c.messages[conn.waits-c.base].refused = true
		c.free(conn)
	}
}

func (c *client) free(conn *conn) {
	conn.waits = -1
	c.outstanding--
	if c.running && c.command.Rate == 0 {
		c.send()
	}
}

func (c *client) quiet() bool {
	if c.outstanding > 0 {
		return false
	}
	for at := range c.messages {
		if m := &c.messages[at]; m.left > 0 && !m.refused {
			return false
		}
	}
	return true
}

func (c *client) report() Report {
	r := Report{Sent: len(c.messages), Acked: c.inMeasure, AllAcked: c.acked, Refused: c.refused, Closed: c.closed}
	r.Seconds = c.command.Seconds
	var ack, last []float64
	for at := range c.messages {
		m := &c.messages[at]
		if m.acked.IsZero() {
			if !m.refused {
				r.Stalled++
			}
			continue
		}
		r.Missing += max(m.left, 0)
		if m.sent.Before(c.measure) {
			continue
		}
		ack = append(ack, m.acked.Sub(m.sent).Seconds()*1000)
		if m.left <= 0 {
			last = append(last, m.last.Sub(m.sent).Seconds()*1000)
		}
	}
	for _, conn := range c.sockets { // what was never acknowledged blocks nobody in the next measurement
		conn.waits = -1
	}
	for _, conn := range c.posters {
		conn.waits = -1
	}
	r.Ack, r.LastHeard = percentiles(ack), percentiles(last)
	r.Heard, r.Delivery = c.heardAll, percentiles(c.deliveries)
	return r
}

func percentiles(values []float64) []float64 {
	if len(values) == 0 {
		return nil
	}
	sort.Float64s(values)
	at := func(share float64) float64 { return values[min(len(values)-1, int(share*float64(len(values))))] }
	return []float64{at(0.50), at(0.95), at(0.99), values[len(values)-1]}
}
