package podnet

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// configVariable names the file that says where pods are and how their dialers are reached. Without it there is one
// place: this process itself, as in a pod of its own.
const configVariable = "PODNET_CONFIG"

// here is the name of the place that k6 itself runs in.
const here = "here"

type config struct {
	Places map[string]place `json:"places"`
	// Params are for the script, whatever they are.
	Params map[string]any `json:"params"`
	// Labels go into raw samples.
	Labels map[string]string `json:"labels"`
}

// place is somewhere that can be dialled from.
type place struct {
	// Name in samples.
	Name string `json:"-"`
	// Socket of the dialer; "" is k6 itself.
	Socket string `json:"socket"`
	// Netns is the path of the network namespace, as the dialer sees it.
	Netns string `json:"netns"`
	// Samples is the file that the dialer appends raw samples to; "": none.
	Samples string `json:"samples"`
	labels  map[string]string
}

func readConfig(lookup func(string) (string, bool)) (config, error) {
	c := config{Params: map[string]any{}}
	file, given := lookup(configVariable)
	if !given {
		return c, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("%s: %w", configVariable, err)
	}
	if err := json.Unmarshal(content, &c); err != nil {
		return c, fmt.Errorf("%s: %s: %w", configVariable, file, err)
	}
	return c, nil
}

// names of all places, sorted.
func (c config) names() []string {
	return append([]string{}, slices.Sorted(maps.Keys(c.Places))...)
}

func (c config) place(name string) (place, error) {
	if name == "" || (name == here && c.Places == nil) {
		return place{Name: here, labels: c.Labels}, nil
	}
	found, known := c.Places[name]
	if !known {
		return place{}, fmt.Errorf("expected from to be one of %s, got %q", strings.Join(c.names(), ", "), name)
	}
	found.Name, found.labels = name, c.Labels
	return found, nil
}
