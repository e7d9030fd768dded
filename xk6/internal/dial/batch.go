// Package dial makes connections and clocks them. A batch is one loop, from one network namespace; everything but the
// system calls themselves is kept out of it.
package dial

import (
	"context"
	"fmt"
	"time"
)

// Kinds of batches.
const (
	CRR    = "crr"    // connect, request, close, each time from a fresh source port
	RR     = "rr"     // requests on one open connection
	Stream = "stream" // bytes from the other side, on one connection
	UDP    = "udp"    // datagrams and their answers
	HTTP   = "http"   // GET, on kept connections or on fresh ones
)

const (
	defaultCount   = 100
	defaultTimeout = 1000
	defaultSize    = 64
	// A batch without an end in sight would keep a namespace alive: this is the end.
	longest = time.Hour
)

// Batch says what to do. Zero values are defaults.
type Batch struct {
	Kind string `json:"kind"`
	// Netns is the path of the namespace to dial from; "" is the dialer's own.
	Netns string `json:"netns"`
	// From names the place in samples.
	From string `json:"from"`
	// To are addresses with ports, taken in turn.
	To []string `json:"to"`
	// Count is the number of requests of all clients together; 100 where DurationMs is 0 too.
	Count int `json:"count"`
	// DurationMs ends the batch however many requests there were.
	DurationMs int `json:"durationMs"`
	// Clients go side by side, one thread each; 1.
	Clients int `json:"clients"`
	// TimeoutMs is the longest wait for a connection and for an answer; 1000.
	TimeoutMs int `json:"timeoutMs"`
	// Close is `rst` (no TIME_WAIT) or `fin`, where this side closes first and waits in TIME_WAIT.
	Close string `json:"close"`
	// Size in bytes: of a UDP request (64), of a stream where DurationMs is 0 (1 MiB).
	Size int `json:"size"`
	// Fresh takes a new socket for each UDP request and HTTP request.
	Fresh bool `json:"fresh"`
	// Unconnected sends UDP by sendto(2), and checks where answers come from.
	Unconnected bool `json:"unconnected"`
	// Expect are the backends that may answer; none: any.
	Expect []string `json:"expect"`
	// Path and Host of HTTP requests; `/` and the address.
	Path string `json:"path"`
	Host string `json:"host"`
	// Samples is the file that raw samples are appended to; "": none.
	Samples string `json:"samples"`
	// Labels go into that file.
	Labels map[string]string `json:"labels"`
	// Latencies asks for every latency in the result.
	Latencies bool `json:"latencies"`
}

// Result is what became of a batch. Times are CLOCK_MONOTONIC in ns.
type Result struct {
	Kind    string `json:"kind"`
	StartNs int64  `json:"startNs"`
	EndNs   int64  `json:"endNs"`
	Count   int    `json:"count"`
	OK      int    `json:"ok"`
	// Failed counts by class: refused, timeout, reset, ...
	Failed map[string]int `json:"failed"`
	// Backends counts answers by the pod that gave them.
	Backends map[string]int `json:"backends"`
	// Misrouted counts answers from backends that were not expected.
	Misrouted int `json:"misrouted"`
	// Late counts UDP answers that came after their request had been given up.
	Late int `json:"late"`
	// Bytes received by a stream.
	Bytes int64 `json:"bytes"`
	// Connect and Request are latencies in ns of what succeeded, with their instants in At.
	At      []int64 `json:"at,omitempty"`
	Connect []int64 `json:"connect,omitempty"`
	Request []int64 `json:"request,omitempty"`
}

// Elapsed is how long the batch took, from its first connect to its last close.
func (r *Result) Elapsed() time.Duration { return time.Duration(r.EndNs - r.StartNs) }

// loop is one client's part of a batch: it makes requests until next says no more.
type loop func(*client) error

var loops = map[string]loop{CRR: crr, RR: rr, Stream: stream, UDP: udp, HTTP: httpLoop}

// plan is a batch with its defaults and its addresses read.
type plan struct {
	Batch
	loop    loop
	targets []target
	timeout time.Duration
	length  time.Duration
	expect  map[string]bool
}

func newPlan(batch Batch) (*plan, error) {
	work, known := loops[batch.Kind]
	if !known {
		return nil, fmt.Errorf("expected a batch of crr, rr, stream, udp or http, got %q", batch.Kind)
	}
	if len(batch.To) == 0 {
		return nil, fmt.Errorf("expected at least one address to dial, got none")
	}
	if batch.Close != "" && batch.Close != "rst" && batch.Close != "fin" {
		return nil, fmt.Errorf("expected close to be rst or fin, got %q", batch.Close)
	}
	if batch.Count <= 0 && batch.DurationMs <= 0 {
		batch.Count = defaultCount
	}
	if batch.Clients <= 0 {
		batch.Clients = 1
	}
	if batch.TimeoutMs <= 0 {
		batch.TimeoutMs = defaultTimeout
	}
	p := &plan{Batch: batch, loop: work, timeout: time.Duration(batch.TimeoutMs) * time.Millisecond, length: longest}
	if batch.DurationMs > 0 {
		p.length = time.Duration(batch.DurationMs) * time.Millisecond
	}
	for _, text := range batch.To {
		to, err := parseTarget(text)
		if err != nil {
			return nil, err
		}
		p.targets = append(p.targets, to)
	}
	if len(batch.Expect) > 0 {
		p.expect = map[string]bool{}
		for _, name := range batch.Expect {
			p.expect[name] = true
		}
	}
	return p, nil
}

// Run makes a batch and returns when it is done. A batch that cannot begin is an error; requests that fail are counted.
func Run(ctx context.Context, batch Batch) (*Result, error) {
	p, err := newPlan(batch)
	if err != nil {
		return nil, err
	}
	clients, err := p.runClients(ctx)
	if err != nil {
		return nil, err
	}
	if batch.Samples != "" {
		if err := record(batch.Samples, p, clients); err != nil {
			return nil, err
		}
	}
	return p.result(clients), nil
}
