package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestLimit(t *testing.T) {
	own := limits{
		lacks:       map[string]bool{"CAP_SYS_RESOURCE": true},
		oomScoreAdj: 0,
		hard:        map[string]uint64{"RLIMIT_NOFILE": 1000},
	}
	for name, test := range map[string]struct{ given, expected string }{
		"takes out a capability that is not its own": {
			`{"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE"],"inheritable":null}}`,
			`{"capabilities":{"bounding":["CAP_CHOWN"],"inheritable":null}}`,
		},
		"leaves one that it does not know to runc": {
			`{"capabilities":{"effective":["CAP_NEWEST"]}}`,
			`{"capabilities":{"effective":["CAP_NEWEST"]}}`,
		},
		"raises a score below its own, and no other": {
			`{"oomScoreAdj":-999}`, `{"oomScoreAdj":0}`,
		},
		"leaves a higher score": {`{"oomScoreAdj":100}`, `{"oomScoreAdj":100}`},
		"cuts limits down to its own": {
			`{"rlimits":[{"hard":2000,"soft":500,"type":"RLIMIT_NOFILE"}]}`,
			`{"rlimits":[{"hard":1000,"soft":500,"type":"RLIMIT_NOFILE"}]}`,
		},
		"keeps the digits of a number": {
			`{"rlimits":[{"hard":18446744073709551615,"soft":1,"type":"RLIMIT_OTHER"}]}`,
			`{"rlimits":[{"hard":18446744073709551615,"soft":1,"type":"RLIMIT_OTHER"}]}`,
		},
		"asks nothing of a process that says nothing": {`{"cwd":"/"}`, `{"cwd":"/"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := limited([]byte(`{"process":`+test.given+`,"root":{}}`), own, "process")
			if err != nil {
				t.Fatal(err)
			}
			if expected := `{"process":` + test.expected + `,"root":{}}`; string(got) != expected {
				t.Fatalf("expected %s, got %s", expected, got)
			}
		})
	}
}

func TestOption(t *testing.T) {
	for _, arguments := range [][]string{
		{"--root", "/run", "create", "--bundle", "/b", "id"},
		{"create", "--bundle=/b", "id"},
		{"run", "-b", "/b", "id"},
	} {
		if got := option(arguments, "--bundle", "-b"); got != "/b" {
			t.Errorf("%v: expected /b, got %q", arguments, got)
		}
	}
}

func TestPrepareRewritesWhatRuncIsAboutToRead(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "config.json")
	for _, test := range []struct {
		arguments []string
		rewritten bool
	}{
		{[]string{"create", "--bundle", folder, "id"}, true},
		{[]string{"exec", "--process", file, "id"}, true},
		{[]string{"exec", "id", "sh"}, false},
		{[]string{"delete", "id"}, false},
	} {
		given := []byte(`{ "cwd": "/" }`)
		if err := os.WriteFile(file, given, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := prepare(test.arguments); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if rewritten := !reflect.DeepEqual(got, given); rewritten != test.rewritten {
			t.Errorf("%v: expected rewritten %v, got %s", test.arguments, test.rewritten, got)
		}
	}
}
