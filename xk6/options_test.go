package podnet

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/grafana/sobek"

	"churnlab.dev/xk6/internal/dial"
)

func read(t *testing.T, script string) (options, error) {
	t.Helper()
	runtime := sobek.New()
	value, err := runtime.RunString("(" + script + ")")
	if err != nil {
		t.Fatal(err)
	}
	return readOptions(runtime, value)
}

func TestOptionsBecomeABatch(t *testing.T) {
	o, err := read(t, `{ to: '10.96.0.1:80', count: 5, timeout: '250ms', duration: 2000, labels: { path: 'service' } }`)
	if err != nil {
		t.Fatal(err)
	}
	from := place{Name: "default/a", Netns: "/run/netns/a", Samples: "/s", labels: map[string]string{"run": "1"}}
	want := dial.Batch{
		Kind: dial.CRR, Netns: "/run/netns/a", From: "default/a", To: []string{"10.96.0.1:80"}, Count: 5, TimeoutMs: 250,
		DurationMs: 2000, Samples: "/s", Labels: map[string]string{"run": "1", "path": "service"}, Latencies: true,
	}
	if got := o.batch(dial.CRR, from); !reflect.DeepEqual(got, want) {
		t.Fatalf("expected %+v, got %+v", want, got)
	}
	if len(from.labels) != 1 {
		t.Fatal("expected the place's own labels to stay as they are")
	}
}

func TestOptionsThatAreNotAreErrors(t *testing.T) {
	for script, text := range map[string]string{
		"undefined":                   "expected an object",
		"{ to: [], cuont: 5 }":        `unknown field "cuont"`,
		"{ to: 'a', timeout: '5 s' }": "time: unknown unit",
	} {
		if _, err := read(t, script); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: expected %q, got %v", script, text, err)
		}
	}
}

func TestAnswersAreRatesOfTheBatch(t *testing.T) {
	a := newAnswer(&dial.Result{Count: 12, OK: 10, StartNs: 0, EndNs: int64(500 * time.Millisecond)})
	if a.Rate != 20 || a.Elapsed != 500 {
		t.Fatalf("got %+v", a)
	}
}

func TestPlacesAreThoseOfTheConfiguration(t *testing.T) {
	none, err := readConfig(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	if found, err := none.place(""); err != nil || found.Name != here || found.Socket != "" {
		t.Fatalf("expected k6 itself, got %+v, %v", found, err)
	}
	c := config{Places: map[string]place{"default/b": {Socket: "/b.sock"}, "default/a": {Socket: "/a.sock"}}}
	if found, err := c.place("default/b"); err != nil || found.Socket != "/b.sock" || found.Name != "default/b" {
		t.Fatalf("got %+v, %v", found, err)
	}
	if _, err := c.place("default/c"); err == nil || err.Error() != `expected from to be one of default/a, default/b, got "default/c"` {
		t.Fatalf("got %v", err)
	}
	if _, err := readConfig(func(string) (string, bool) { return "/there/is/none", true }); err == nil {
		t.Fatal("expected an error for a file that is not there")
	}
}
