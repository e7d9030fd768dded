// podnet-responder answers for pods of one node. It is told which by calls on a unix socket: add, remove, list.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"churnlab.dev/xk6/internal/ipc"
	"churnlab.dev/xk6/internal/respond"
)

func main() {
	control := flag.String("socket", "", "unix socket to be told on")
	threads := flag.Int("threads", 2, "threads that answer")
	flag.Parse()
	if err := run(*control, *threads); err != nil {
		fmt.Fprintln(os.Stderr, "podnet-responder:", err)
		os.Exit(1)
	}
}

func run(control string, threads int) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	responder, err := respond.New(threads)
	if err != nil {
		return err
	}
	type pod struct {
		ID string `json:"id"`
	}
	return ipc.Serve(ctx, control, map[string]ipc.Handler{
		"add": ipc.Method(func(_ context.Context, pod respond.Pod) (any, error) {
			return nil, responder.Add(pod)
		}),
		"remove": ipc.Method(func(_ context.Context, pod pod) (any, error) {
			responder.Remove(pod.ID)
			return nil, nil
		}),
		"list": ipc.Method(func(context.Context, any) ([]string, error) {
			return append([]string{}, responder.IDs()...), nil
		}),
	})
}
