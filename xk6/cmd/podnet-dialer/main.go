// podnet-dialer dials from the pods of one node. It runs in the node's mount namespace and cgroup, and is told what to
// dial by calls on a unix socket.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/dial"
	"churnlab.dev/xk6/internal/ipc"
	"churnlab.dev/xk6/internal/limits"
	"churnlab.dev/xk6/internal/probe"
)

const (
	// Threads that wait in system calls must find a place to go on at once: more places than cores.
	spareProcs = 16
	// Collections stop all threads: with little garbage, and memory to spare, seldom.
	gcPercent = 800
	// reportEvery is how long what a probe has seen waits to be told. Its instants are exact all the same.
	reportEvery = 20 * time.Millisecond
)

func main() {
	control := flag.String("socket", "", "unix socket to be told on")
	address := flag.String("listen", "", "TCP address to be told on as well, or instead, on a loopback that others do not have")
	linger := flag.Duration("linger", 0, "how long to go on once told to end, for whoever owns it to fetch what there is")
	flag.Parse()
	runtime.GOMAXPROCS(runtime.NumCPU() + spareProcs)
	debug.SetGCPercent(gcPercent)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	told, forget := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer forget()
	context.AfterFunc(told, func() { time.AfterFunc(*linger, stop) })
	if err := serve(ctx, *control, *address, handlers(probe.New(), stop)); err != nil {
		fmt.Fprintln(os.Stderr, "podnet-dialer:", err)
		os.Exit(1)
	}
}

// serve listens where it is told to until ctx ends, or one of them fails.
func serve(ctx context.Context, socket, address string, handlers map[string]ipc.Handler) error {
	ended := make(chan error, 2)
	if socket != "" || address == "" {
		go func() { ended <- ipc.Serve(ctx, socket, handlers) }()
	}
	if address != "" {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		go func() { ended <- ipc.ServeOn(ctx, listener, handlers) }()
	}
	return <-ended
}

type probeID struct {
	ID string `json:"id"`
}

type piece struct {
	File   string `json:"file"`
	Offset int64  `json:"offset"`
}

type place struct {
	Netns string `json:"netns"`
}

func handlers(prober *probe.Prober, stop func()) map[string]ipc.Handler {
	return map[string]ipc.Handler{
		// Who owns the dialer says so on a connection of its own: the dialer ends with it, however it ends.
		"own": ipc.Method(func(ctx context.Context, _ any) (any, error) {
			context.AfterFunc(ctx, stop)
			return nil, nil
		}),
		"batch": ipc.Method(dial.Run),
		// For those who are on another machine: its clock, and what it has written.
		"clock": ipc.Method(func(context.Context, any) (int64, error) { return clock.Now(), nil }),
		"samples.read": ipc.Method(func(_ context.Context, of piece) ([]byte, error) {
			return dial.ReadSamples(of.File, of.Offset)
		}),
		"samples.remove": ipc.Method(func(_ context.Context, of piece) (any, error) {
			return nil, dial.RemoveSamples(of.File)
		}),
		"limits": ipc.Method(func(_ context.Context, where place) (limits.Limits, error) {
			return limits.Read(where.Netns)
		}),
		"probe.add": ipc.Method(func(_ context.Context, spec probe.Spec) (any, error) {
			return nil, prober.Add(spec)
		}),
		"probe.get": ipc.Method(func(_ context.Context, of probeID) (probe.Report, error) {
			return prober.Get(of.ID)
		}),
		"probe.remove": ipc.Method(func(_ context.Context, of probeID) (probe.Report, error) {
			return prober.Remove(of.ID)
		}),
		"probe.follow": ipc.Stream(func(ctx context.Context, _ any, push func(any)) (any, error) {
			go follow(ctx, prober, push)
			return nil, nil
		}),
	}
}

// follow tells what probes have seen until ctx ends.
func follow(ctx context.Context, prober *probe.Prober, push func(any)) {
	ticks := time.NewTicker(reportEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			for _, report := range prober.Changes() {
				push(report)
			}
		}
	}
}
