package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// rewrite limits the process that a JSON file describes, below these keys.
func rewrite(file string, keys ...string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	own, err := ownLimits()
	if err != nil {
		return err
	}
	if text, err = limited(text, own, keys...); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, text, 0o600)
}

// limited is the document with the process below these keys limited. Numbers keep their digits.
func limited(text []byte, own limits, keys ...string) ([]byte, error) {
	var document map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	process := document
	for _, key := range keys {
		process, _ = process[key].(map[string]any)
	}
	own.limit(process)
	return json.Marshal(document)
}

// limit takes out of a process what is beyond one's own.
func (own limits) limit(process map[string]any) {
	sets, _ := process["capabilities"].(map[string]any)
	for name, set := range sets {
		if wanted, ok := set.([]any); ok {
			sets[name] = own.capabilitiesOf(wanted)
		}
	}
	if score, ok := number(process["oomScoreAdj"]); ok && score < own.oomScoreAdj {
		process["oomScoreAdj"] = own.oomScoreAdj
	}
	wanted, _ := process["rlimits"].([]any)
	for _, each := range wanted {
		if limit, ok := each.(map[string]any); ok {
			own.lower(limit)
		}
	}
}

func (own limits) capabilitiesOf(wanted []any) []any {
	given := []any{}
	for _, name := range wanted {
		if text, ok := name.(string); ok && !own.lacks[text] {
			given = append(given, name)
		}
	}
	return given
}

// lower cuts both values of one of rlimits down to one's own hard limit.
func (own limits) lower(limit map[string]any) {
	kind, _ := limit["type"].(string)
	hard, ok := own.hard[kind]
	if !ok {
		return
	}
	for _, key := range []string{"hard", "soft"} {
		if value, ok := unsigned(limit[key]); ok && value > hard {
			limit[key] = hard
		}
	}
}

func number(value any) (int64, bool) {
	text, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	whole, err := text.Int64()
	return whole, err == nil
}

func unsigned(value any) (uint64, bool) {
	text, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	var whole uint64
	_, err := fmt.Sscan(text.String(), &whole)
	return whole, err == nil
}
