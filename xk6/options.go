package podnet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/grafana/sobek"

	"churnlab.dev/xk6/internal/dial"
)

// options are what a script gives; see podnet.d.ts.
type options struct {
	From        string            `json:"from"`
	To          addresses         `json:"to"`
	Count       int               `json:"count"`
	Duration    duration          `json:"duration"`
	Clients     int               `json:"clients"`
	Timeout     duration          `json:"timeout"`
	Close       string            `json:"close"`
	Size        int               `json:"size"`
	Fresh       bool              `json:"fresh"`
	Unconnected bool              `json:"unconnected"`
	Expect      []string          `json:"expect"`
	Path        string            `json:"path"`
	Host        string            `json:"host"`
	Labels      map[string]string `json:"labels"`
}

// addresses are one or several.
type addresses []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *addresses) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = addresses{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// duration is one of Go and k6 (`500ms`), or a number of milliseconds.
type duration time.Duration

// UnmarshalJSON implements json.Unmarshaler.
func (d *duration) UnmarshalJSON(data []byte) error {
	var ms float64
	if json.Unmarshal(data, &ms) == nil {
		*d = duration(ms * float64(time.Millisecond))
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(text)
	*d = duration(parsed)
	return err
}

func (d duration) ms() int { return int(time.Duration(d) / time.Millisecond) }

func readOptions(runtime *sobek.Runtime, value sobek.Value) (options, error) {
	var o options
	if value == nil || sobek.IsUndefined(value) || sobek.IsNull(value) {
		return o, fmt.Errorf("expected an object with at least `to`, got nothing")
	}
	encoded, err := value.ToObject(runtime).MarshalJSON()
	if err != nil {
		return o, err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields() // a misspelt option must not be a silent default
	return o, decoder.Decode(&o)
}

func (o options) batch(kind string, from place) dial.Batch {
	labels := maps.Clone(from.labels)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, o.Labels)
	return dial.Batch{
		Kind: kind, Netns: from.Netns, From: from.Name, To: o.To, Count: o.Count, DurationMs: o.Duration.ms(),
		Clients: o.Clients, TimeoutMs: o.Timeout.ms(), Close: o.Close, Size: o.Size, Fresh: o.Fresh,
		Unconnected: o.Unconnected, Expect: o.Expect, Path: o.Path, Host: o.Host,
		Samples: from.Samples, Labels: labels, Latencies: true,
	}
}

// answer is what a script gets.
type answer struct {
	Count     int            `js:"count"`
	OK        int            `js:"ok"`
	Failed    map[string]int `js:"failed"`
	Backends  map[string]int `js:"backends"`
	Misrouted int            `js:"misrouted"`
	Late      int            `js:"late"`
	Bytes     int64          `js:"bytes"`
	// Elapsed ms, and answers per second.
	Elapsed float64 `js:"elapsed"`
	Rate    float64 `js:"rate"`
}

func newAnswer(r *dial.Result) *answer {
	elapsed := r.Elapsed()
	return &answer{
		Count: r.Count, OK: r.OK, Failed: r.Failed, Backends: r.Backends, Misrouted: r.Misrouted, Late: r.Late,
		Bytes: r.Bytes, Elapsed: elapsed.Seconds() * 1000, Rate: float64(r.OK) / elapsed.Seconds(),
	}
}
