package netns_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"churnlab.dev/xk6/internal/netns"
	"churnlab.dev/xk6/internal/testnet"
)

func here() string {
	name, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		panic(err)
	}
	return name
}

func TestRunEntersAndLeavesNoThreadBehind(t *testing.T) {
	path, home := testnet.New(t), here()
	want, err := os.Readlink(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		var seen string
		if err := netns.Run(path, func() error { seen = here(); return nil }); err != nil {
			t.Fatal(err)
		}
		if seen != want {
			t.Fatalf("expected work in %s, was in %s", want, seen)
		}
	}
	if err := netns.Run("", func() error {
		if here() != home {
			return errors.New("not at home")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestRunSaysWhichNamespaceIsMissing(t *testing.T) {
	err := netns.Run("/run/netns/there-is-none", func() error { return nil })
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "/run/netns/there-is-none") {
		t.Fatalf("got %v", err)
	}
	failed := errors.New("its own")
	if err := netns.Run("", func() error { return failed }); err != failed {
		t.Fatalf("got %v", err)
	}
}
