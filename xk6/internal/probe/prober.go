package probe

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"churnlab.dev/xk6/internal/dial"
)

// Prober holds the probes of a dialer, a thread for each namespace that there are probes in.
type Prober struct {
	mutex   sync.Mutex
	threads map[string]*thread // by path of the namespace
	homes   map[string]*thread // by probe
}

// New makes a prober without probes.
func New() *Prober {
	return &Prober{threads: map[string]*thread{}, homes: map[string]*thread{}}
}

// Add begins a probe.
func (p *Prober) Add(spec Spec) error {
	made, err := newProbe(spec)
	if err != nil {
		return err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.homes[spec.ID] != nil {
		return fmt.Errorf("there is a probe %s already", spec.ID)
	}
	t := p.threads[spec.Netns]
	if t == nil {
		if t, err = startThread(spec.Netns); err != nil {
			return err
		}
		p.threads[spec.Netns] = t
	}
	p.homes[spec.ID] = t
	t.add(made)
	return nil
}

// Remove ends a probe and gives what it has seen.
func (p *Prober) Remove(id string) (Report, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	t := p.homes[id]
	if t == nil {
		return Report{}, fmt.Errorf("there is no probe %s", id)
	}
	delete(p.homes, id)
	report, left := t.remove(id)
	if left == 0 {
		// The thread holds the namespace: it goes with the last probe.
		delete(p.threads, t.path)
		t.stop()
	}
	return report, nil
}

// Get gives what a probe has seen so far.
func (p *Prober) Get(id string) (Report, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	t := p.homes[id]
	if t == nil {
		return Report{}, fmt.Errorf("there is no probe %s", id)
	}
	return t.get(id), nil
}

// Changes gives the probes that have seen something since they were last asked for.
func (p *Prober) Changes() []Report {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var changes []Report
	for _, t := range p.threads {
		changes = append(changes, t.changes()...)
	}
	slices.SortFunc(changes, func(a, b Report) int { return strings.Compare(a.ID, b.ID) })
	return changes
}

func newProbe(spec Spec) (*probe, error) {
	family, address, err := dial.ParseTarget(spec.To)
	if err != nil {
		return nil, err
	}
	kind, known := kinds[spec.Protocol]
	if !known {
		return nil, fmt.Errorf("expected protocol tcp or udp, got %q", spec.Protocol)
	}
	made := &probe{
		spec: spec, family: family, address: address, kind: kind,
		interval: int64(defaultInterval), timeout: int64(defaultTimeout),
		report: Report{ID: spec.ID, Backends: map[string]*Seen{}, Failed: map[string]*Seen{}},
	}
	if spec.IntervalUs > 0 {
		made.interval = int64(spec.IntervalUs) * int64(time.Microsecond)
	}
	if spec.TimeoutMs > 0 {
		made.timeout = int64(spec.TimeoutMs) * int64(time.Millisecond)
	}
	if len(spec.Expect) > 0 {
		made.expect = map[string]bool{}
		for _, name := range spec.Expect {
			made.expect[name] = true
		}
	}
	return made, nil
}
