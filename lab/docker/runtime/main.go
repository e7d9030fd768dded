// Runc-within-limits stands in front of runc on machines whose root lacks CAP_SYS_RESOURCE: in a container, or in a
// small virtual machine. Docker's --privileged and kind's nodes ask for every capability, for a low oom_score_adj and
// for high limits; runc fails on what it cannot give. Before runc reads a container's configuration this program takes
// out of it what this process itself does not have.
//
// The configuration is that of https://github.com/opencontainers/runtime-spec/blob/main/config.md. The program behind
// is RUNC, or the runc of PATH that is not this file.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	arguments := os.Args[1:]
	if err := prepare(arguments); err != nil {
		fail(err)
	}
	runc, err := findRunc()
	if err != nil {
		fail(err)
	}
	fail(syscall.Exec(runc, append([]string{"runc"}, arguments...), os.Environ()))
}

// prepare rewrites the file that runc is about to read, if this command has one.
func prepare(arguments []string) error {
	for _, word := range arguments {
		switch word {
		case "create", "run", "restore":
			folder := option(arguments, "--bundle", "-b")
			return rewrite(filepath.Join(folder, "config.json"), "process")
		case "exec":
			if file := option(arguments, "--process", "-p"); file != "" {
				return rewrite(file)
			}
			return nil
		}
	}
	return nil
}

// option returns the value of the first of these that is there, as `--name value` or `--name=value`.
func option(arguments []string, names ...string) string {
	for index, word := range arguments {
		for _, name := range names {
			if word == name && index+1 < len(arguments) {
				return arguments[index+1]
			}
			if value, ok := strings.CutPrefix(word, name+"="); ok {
				return value
			}
		}
	}
	return ""
}

func findRunc() (string, error) {
	if runc := os.Getenv("RUNC"); runc != "" {
		return runc, nil
	}
	self, err := os.Stat("/proc/self/exe")
	if err != nil {
		return "", err
	}
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/bin") {
		file, err := exec.LookPath(filepath.Join(folder, "runc"))
		if err != nil {
			continue
		}
		if found, err := os.Stat(file); err == nil && !os.SameFile(self, found) {
			return file, nil
		}
	}
	return "", fmt.Errorf("no runc on PATH")
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "runc-within-limits:", err)
	os.Exit(127)
}
