package ipc_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"churnlab.dev/xk6/internal/ipc"
)

func serve(t *testing.T, handlers map[string]ipc.Handler) (*ipc.Client, context.CancelFunc) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), strings.Repeat("a-rather-long-name/", 6))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "test.sock")
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() {
		if err := ipc.Serve(ctx, file, handlers); err != nil {
			t.Error(err)
		}
	}()
	for {
		client, err := ipc.Dial(file)
		if err == nil {
			return client, cancel
		}
		time.Sleep(time.Millisecond)
	}
}

func TestCallsOverlap(t *testing.T) {
	turn := make(chan struct{})
	client, _ := serve(t, map[string]ipc.Handler{
		"wait":   ipc.Method(func(context.Context, any) (string, error) { <-turn; return "waited", nil }),
		"double": ipc.Method(func(_ context.Context, n int) (int, error) { return 2 * n, nil }),
	})
	waited := make(chan string)
	go func() {
		var answer string
		if err := client.Call(context.Background(), "wait", nil, &answer); err != nil {
			t.Error(err)
		}
		waited <- answer
	}()
	var doubled int
	if err := client.Call(context.Background(), "double", 21, &doubled); err != nil || doubled != 42 {
		t.Fatalf("got %d, %v", doubled, err)
	}
	close(turn)
	if answer := <-waited; answer != "waited" {
		t.Fatalf("got %q", answer)
	}
}

func TestErrorsReachTheCaller(t *testing.T) {
	client, stop := serve(t, map[string]ipc.Handler{
		"never": ipc.Method(func(ctx context.Context, _ any) (any, error) { <-ctx.Done(); return nil, ctx.Err() }),
		"typed": ipc.Method(func(context.Context, int) (any, error) { return nil, nil }),
	})
	for text, method := range map[string]string{"no method other; there are: never, typed": "other", "read the parameters": "typed"} {
		var ignored any
		if err := client.Call(context.Background(), method, "text", &ignored); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("expected %q, got %v", text, err)
		}
	}
	failed := make(chan error)
	go func() { failed <- client.Call(context.Background(), "never", nil, nil) }()
	time.Sleep(10 * time.Millisecond)
	stop()
	if err := <-failed; err == nil {
		t.Fatal("expected calls to fail with the server")
	}
	<-client.Gone()
	if err := client.Call(context.Background(), "never", nil, nil); err != ipc.ErrGone {
		t.Fatalf("got %v", err)
	}
}
