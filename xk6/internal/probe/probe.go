// Package probe dials addresses over and over, on a clock: a new attempt every interval, whatever became of the ones
// before. It says when each backend answered first and last.
package probe

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	// defaultInterval is the grain of what probes measure.
	defaultInterval = time.Millisecond
	// defaultTimeout is how long an attempt is waited for; as many attempts are under way as intervals fit into it.
	defaultTimeout = 100 * time.Millisecond
)

// Spec is a probe. Zero values are defaults.
type Spec struct {
	// ID tells probes of a dialer apart.
	ID string `json:"id"`
	// Netns is the path of the namespace to dial from; "" is the dialer's own.
	Netns string `json:"netns"`
	To    string `json:"to"`
	// Protocol is tcp or udp; tcp.
	Protocol string `json:"protocol"`
	// IntervalUs and TimeoutMs are 1000 and 100.
	IntervalUs int `json:"intervalUs"`
	TimeoutMs  int `json:"timeoutMs"`
	// Expect are the backends that may answer; none: any.
	Expect []string `json:"expect"`
	// Once ends the dialling with the first answer that is expected.
	Once bool `json:"once"`
}

// Seen is what came of a kind of attempt: instants are CLOCK_MONOTONIC in ns. For answers they are when the answer was
// complete, for failures when the attempt was given up.
type Seen struct {
	FirstNs int64 `json:"firstNs"`
	LastNs  int64 `json:"lastNs"`
	Count   int   `json:"count"`
}

func (s *Seen) add(at int64) {
	if s.Count == 0 {
		s.FirstNs = at
	}
	s.LastNs = max(s.LastNs, at)
	s.Count++
}

// Report is all that a probe has seen so far.
type Report struct {
	ID       string           `json:"id"`
	Attempts int              `json:"attempts"`
	Backends map[string]*Seen `json:"backends"`
	Failed   map[string]*Seen `json:"failed"`
	// Misrouted counts answers from backends that were not expected.
	Misrouted int `json:"misrouted"`
	// Late counts ticks that came more than an interval after their time: the grain was not held.
	Late int  `json:"late"`
	Done bool `json:"done"`
}

func (r *Report) copy() Report {
	c := *r
	c.Backends, c.Failed = copySeen(r.Backends), copySeen(r.Failed)
	return c
}

func copySeen(from map[string]*Seen) map[string]*Seen {
	to := make(map[string]*Seen, len(from))
	for name, seen := range from {
		s := *seen
		to[name] = &s
	}
	return to
}

// probe is one that is under way.
type probe struct {
	spec     Spec
	family   int
	address  unix.Sockaddr
	kind     int
	interval int64
	timeout  int64
	due      int64
	expect   map[string]bool
	report   Report
	// changed since it was reported.
	changed bool
	// waiting attempts, oldest first; those that have ended are skipped.
	waiting []*attempt
}

// attempt is one socket.
type attempt struct {
	probe     *probe
	fd        int
	serial    int32
	startedNs int64
	tag       uint64
	asked     bool
	over      bool
}

func (p *probe) answered(name string, at int64) {
	seen := p.report.Backends[name]
	if seen == nil {
		seen = &Seen{}
		p.report.Backends[name] = seen
	}
	seen.add(at)
	p.changed = true
	if p.expect != nil && !p.expect[name] {
		p.report.Misrouted++
		return
	}
	if p.spec.Once {
		p.report.Done = true
	}
}

func (p *probe) failed(class string, at int64) {
	seen := p.report.Failed[class]
	if seen == nil {
		seen = &Seen{}
		p.report.Failed[class] = seen
	}
	seen.add(at)
	p.changed = true
}
