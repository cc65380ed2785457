// Command requests_load keeps a few HTTP connections busy with prepared requests and says how they were answered.
//
//	requests_load plan.json
//
// It takes one command per line of its standard input and answers each with one line of JSON. Every lane is one
// connection that is kept alive, with requests of its own: what must come one after the other stands in one lane.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"sync"
	"syscall"
	"time"
)

// Plan is who is asked, and for what.
type Plan struct {
	Address    string                `json:"address"` // host:port
	Operations map[string]*Operation `json:"operations"`
}

// Operation is one kind of request. Without Repeat each of its requests is sent once and never again.
type Operation struct {
	Expect int     `json:"expect"` // the only status that counts as done
	Repeat bool    `json:"repeat"`
	Keep   string  `json:"keep"` // a text of the answer that becomes the secret of the request's next time
	Lanes  []*Lane `json:"lanes"`
}

// Lane has its place between turns: the next turn goes on where the last one stopped.
type Lane struct {
	Requests []*Request `json:"requests"`
	next     int
}

// Request is sent as it stands; "{secret}" in the body is the secret.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Token  string `json:"token"`
	Body   string `json:"body"`
	Secret string `json:"secret"`
}

// Command is one turn.
type Command struct {
	Operation string  `json:"operation"`
	Seconds   float64 `json:"seconds"`
	Warm      float64 `json:"warm"`
}

// Report is what a turn saw. Times are in milliseconds.
type Report struct {
	Done     int            `json:"done"`     // answered as expected within the measured seconds
	AllDone  int            `json:"all_done"` // and before and after them
	Failed   map[string]int `json:"failed"`   // anything else, by status
	Sample   string         `json:"sample"`   // one of these answers
	Seconds  float64        `json:"seconds"`
	Latency  []float64      `json:"latency"` // p50, p95, p99, max
	UsedUp   bool           `json:"used_up"` // a lane had no request left, and the turn ended
	OwnCPU   float64        `json:"own_cpu"`
	WallTime float64        `json:"wall_time"`
	Error    string         `json:"error,omitempty"`
}

func main() {
	runtime.GOMAXPROCS(1) // it has one core, and shows at once when that is not enough
	raw, err := os.ReadFile(os.Args[1])
	check(err)
	var plan Plan
	check(json.Unmarshal(raw, &plan))
	say(map[string]any{"seconds": 0})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var command Command
		check(json.Unmarshal(lines.Bytes(), &command))
		operation := plan.Operations[command.Operation]
		if operation == nil {
			say(Report{Error: "no such operation: " + command.Operation})
			continue
		}
		say(turn(plan.Address, operation, command))
	}
}

func say(value any) {
	line, err := json.Marshal(value)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// turn lets all lanes work at once and adds up what they saw.
func turn(address string, operation *Operation, command Command) Report {
	cpu, start := ownCPU(), time.Now()
	clock := &clock{measure: start.Add(time.Duration(command.Warm * 1e9))}
	clock.deadline = clock.measure.Add(time.Duration(command.Seconds * 1e9))
	workers := make([]*worker, len(operation.Lanes))
	var all sync.WaitGroup
	for at, lane := range operation.Lanes {
		workers[at] = &worker{address: address, operation: operation, lane: lane, clock: clock, failed: map[string]int{}}
		all.Add(1)
		go func() {
			defer all.Done()
			workers[at].work()
		}()
	}
	all.Wait()
	report := sum(workers, clock)
	report.OwnCPU, report.WallTime = ownCPU()-cpu, time.Since(start).Seconds()
	if report.Seconds <= 0 {
		report.Error = "all prepared requests were used up before the turn had warmed up"
	}
	return report
}

func sum(workers []*worker, clock *clock) Report {
	report := Report{Failed: map[string]int{}, UsedUp: clock.usedUp()}
	report.Seconds = clock.end().Sub(clock.measure).Seconds()
	var latency []float64
	for _, w := range workers {
		report.AllDone += w.done
		for status, count := range w.failed {
			report.Failed[status] += count
		}
		if report.Sample == "" {
			report.Sample = w.sample
		}
		for _, one := range w.timed {
			if one.ended.Before(clock.end()) {
				report.Done++
				latency = append(latency, one.took.Seconds()*1000)
			}
		}
	}
	report.Latency = percentiles(latency)
	return report
}

func percentiles(values []float64) []float64 {
	if len(values) == 0 {
		return nil
	}
	sort.Float64s(values)
	at := func(share float64) float64 { return values[min(len(values)-1, int(share*float64(len(values))))] }
	return []float64{at(0.50), at(0.95), at(0.99), values[len(values)-1]}
}

func ownCPU() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}
