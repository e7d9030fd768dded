package probe

import (
	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/clock"
)

// What other threads call.

func (t *thread) add(p *probe) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	p.due = clock.Now()
	t.probes[p.spec.ID] = p
	t.wake()
}

func (t *thread) remove(id string) (report Report, left int) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	p := t.probes[id]
	delete(t.probes, id)
	for _, a := range p.waiting {
		if !a.over {
			t.end(a)
		}
	}
	return p.report.copy(), len(t.probes)
}

func (t *thread) get(id string) Report {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.probes[id].report.copy()
}

func (t *thread) changes() []Report {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	var changes []Report
	for _, p := range t.probes {
		if p.changed {
			changes = append(changes, p.report.copy())
			p.changed = false
		}
	}
	return changes
}

func (t *thread) stop() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.stopped = true
	t.wake()
}

// wake has the thread look at once.
func (t *thread) wake() {
	t.next = 0
	soon := unix.ItimerSpec{Value: unix.Timespec{Nsec: 1}}
	_ = unix.TimerfdSettime(t.timer, 0, &soon, nil) // fails only for arguments that these are not
}
