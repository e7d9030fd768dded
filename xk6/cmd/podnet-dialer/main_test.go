package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"churnlab.dev/xk6/internal/ipc"
)

// start runs the dialer as a process and connects to it. What is received is how the process ended.
func start(t *testing.T, args ...string) (*exec.Cmd, *ipc.Client, <-chan error) {
	t.Helper()
	folder := t.TempDir()
	program := filepath.Join(folder, "podnet-dialer")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	socket := filepath.Join(folder, "dialer.sock")
	process := exec.Command(program, append([]string{"--socket", socket}, args...)...)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	t.Cleanup(func() { _ = process.Process.Kill() })
	client, err := ipc.DialWithin(time.Minute, socket)
	if err != nil {
		t.Fatal(err)
	}
	return process, client, ended
}

func TestEndsWhenTold(t *testing.T) {
	for _, args := range [][]string{{}, {"--linger", "10ms"}} {
		process, _, ended := start(t, args...)
		_ = process.Process.Signal(syscall.SIGTERM)
		if err := <-ended; err != nil {
			t.Fatal(args, err)
		}
	}
}

func TestLingersOnceTold(t *testing.T) {
	process, client, _ := start(t, "--linger", "1h")
	_ = process.Process.Signal(syscall.SIGTERM)
	var now int64
	for range 100 {
		if err := client.Call(context.Background(), "clock", nil, &now); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
}
