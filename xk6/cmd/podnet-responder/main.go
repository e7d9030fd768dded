// podnet-responder answers for pods of one node. It is told which by calls on a unix socket: add, remove, list. In a pod of
// its own it answers for that one alone, and is told by its arguments.
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
	name := flag.String("name", "", "answer where this runs, with this name, instead")
	port := flag.Int("port", 80, "with -name: answer on this port, by TCP and by UDP")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	responder, err := respond.New(*threads)
	if err == nil && *name != "" {
		err = answerHere(ctx, responder, *name, *port)
	} else if err == nil {
		err = serve(ctx, responder, *control)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "podnet-responder:", err)
		os.Exit(1)
	}
}

// answerHere answers in the namespace that this process is in, until it is to end.
func answerHere(ctx context.Context, responder *respond.Responder, name string, port int) error {
	ports := []respond.Port{{Protocol: "tcp", Port: port}, {Protocol: "udp", Port: port}}
	if err := responder.Add(respond.Pod{ID: name, Name: name, Ports: ports}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func serve(ctx context.Context, responder *respond.Responder, control string) error {
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
