package probe_test

import (
	"testing"
	"time"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/probe"
	"churnlab.dev/xk6/internal/respond"
	"churnlab.dev/xk6/internal/testnet"
)

// until looks again and again until the probe has seen what is waited for.
func until(t *testing.T, p *probe.Prober, id string, seen func(probe.Report) bool) probe.Report {
	t.Helper()
	for range 5000 {
		report, err := p.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if seen(report) {
			return report
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the probe never saw it")
	return probe.Report{}
}

func TestAProbeSeesABackendComeAndGo(t *testing.T) {
	for _, c := range []struct {
		protocol, to string
		port         int
	}{{"tcp", "127.0.0.1:80", 80}, {"tcp", "[::1]:80", 80}, {"udp", "127.0.0.1:53", 53}} {
		t.Run(c.protocol+c.to, func(t *testing.T) {
			path := testnet.New(t)
			responder, err := respond.New(1)
			if err != nil {
				t.Fatal(err)
			}
			p := probe.New()
			spec := probe.Spec{ID: "p", Netns: path, To: c.to, Protocol: c.protocol, Expect: []string{"default/a"}}
			if err := p.Add(spec); err != nil {
				t.Fatal(err)
			}
			until(t, p, "p", func(r probe.Report) bool { return r.Failed["refused"] != nil })
			before := clock.Now()
			pod := respond.Pod{ID: "a", Name: "default/a", Netns: path, Ports: []respond.Port{{Protocol: c.protocol, Port: c.port}}}
			if err := responder.Add(pod); err != nil {
				t.Fatal(err)
			}
			there := until(t, p, "p", func(r probe.Report) bool { return r.Backends["default/a"] != nil })
			if first := there.Backends["default/a"].FirstNs; first < before || first > clock.Now() {
				t.Fatalf("expected the first answer after the listener, got it %d ns before", before-first)
			}
			responder.Remove("a")
			gone := clock.Now()
			failures := there.Failed["refused"].Count
			after := until(t, p, "p", func(r probe.Report) bool { return r.Failed["refused"].LastNs > gone })
			if after.Failed["refused"].Count <= failures || after.Misrouted != 0 {
				t.Fatalf("got %+v", after)
			}
			if _, err := p.Remove("p"); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Get("p"); err == nil {
				t.Fatal("expected the probe to be gone")
			}
		})
	}
}

func TestAProbeForOneAnswerEndsWithIt(t *testing.T) {
	path := testnet.New(t)
	responder, err := respond.New(1)
	if err != nil {
		t.Fatal(err)
	}
	pod := respond.Pod{ID: "a", Name: "default/a", Netns: path, Ports: []respond.Port{{Protocol: "tcp", Port: 80}}}
	if err := responder.Add(pod); err != nil {
		t.Fatal(err)
	}
	p := probe.New()
	for id, expect := range map[string]string{"right": "default/a", "wrong": "default/b"} {
		spec := probe.Spec{ID: id, Netns: path, To: "127.0.0.1:80", Expect: []string{expect}, Once: true}
		if err := p.Add(spec); err != nil {
			t.Fatal(err)
		}
	}
	until(t, p, "right", func(r probe.Report) bool { return r.Done })
	wrong := until(t, p, "wrong", func(r probe.Report) bool { return r.Misrouted > 5 })
	if wrong.Done {
		t.Fatalf("expected a stranger's answer not to be the end, got %+v", wrong)
	}
	right, _ := p.Get("right")
	time.Sleep(5 * time.Millisecond)
	if later, _ := p.Get("right"); later.Attempts != right.Attempts {
		t.Fatal("expected no more attempts")
	}
	if changes := p.Changes(); len(changes) != 2 || changes[0].ID != "right" {
		t.Fatalf("got %+v", changes)
	}
}
