// Package ipc is the Go side of src/ipc: calls and streams over a unix socket, one JSON value a line.
package ipc

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
)

type call struct {
	ID     uint64          `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type reply struct {
	ID     uint64          `json:"id"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
	Item   json.RawMessage `json:"item,omitempty"`
}

// Handler answers a call. Its context ends with the caller's connection. push sends an item of a stream, at any time
// until then.
type Handler func(ctx context.Context, params json.RawMessage, push func(item any)) (any, error)

// Method makes a handler of a function with typed parameters.
func Method[P, R any](serve func(context.Context, P) (R, error)) Handler {
	return Stream(func(ctx context.Context, params P, _ func(any)) (R, error) { return serve(ctx, params) })
}

// Stream is Method for functions that push items.
func Stream[P, R any](serve func(context.Context, P, func(item any)) (R, error)) Handler {
	return func(ctx context.Context, raw json.RawMessage, push func(any)) (any, error) {
		var params P
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &params); err != nil {
				return nil, fmt.Errorf("read the parameters: %w", err)
			}
		}
		return serve(ctx, params, push)
	}
}

// Serve listens at file, mode 0600, and answers calls side by side until ctx ends. A socket that a dead process left
// there is replaced.
func Serve(ctx context.Context, file string, handlers map[string]Handler) error {
	listener, err := listen(file)
	if err != nil {
		return err
	}
	return ServeOn(ctx, listener, handlers)
}

// ServeOn is Serve for whoever listens already.
func ServeOn(ctx context.Context, listener net.Listener, handlers map[string]Handler) error {
	context.AfterFunc(ctx, func() { listener.Close() })
	for {
		connection, err := listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept on %s: %w", listener.Addr(), err)
		}
		go serve(ctx, connection, handlers)
	}
}

func listen(file string) (net.Listener, error) {
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var listener net.Listener
	err := withShortPath(file, func(short string) (err error) {
		if listener, err = net.Listen("unix", short); err != nil {
			return err
		}
		listener.(*net.UnixListener).SetUnlinkOnClose(false)
		return os.Chmod(short, 0o600)
	})
	return listener, err
}

func serve(parent context.Context, connection net.Conn, handlers map[string]Handler) {
	ctx, gone := context.WithCancel(parent)
	defer gone()
	context.AfterFunc(ctx, func() { connection.Close() })
	var writing sync.Mutex
	send := func(answer reply) {
		line, err := json.Marshal(answer)
		if err != nil {
			line, _ = json.Marshal(reply{ID: answer.ID, Error: err.Error()})
		}
		writing.Lock()
		defer writing.Unlock()
		if _, err := connection.Write(append(line, '\n')); err != nil {
			gone()
		}
	}
	calls := json.NewDecoder(bufio.NewReader(connection))
	for {
		var next call
		if calls.Decode(&next) != nil {
			return
		}
		go func() { send(answer(ctx, next, handlers, send)) }()
	}
}

func answer(ctx context.Context, next call, handlers map[string]Handler, send func(reply)) reply {
	handler, known := handlers[next.Method]
	if !known {
		names := strings.Join(slices.Sorted(maps.Keys(handlers)), ", ")
		return reply{ID: next.ID, Error: fmt.Sprintf("no method %s; there are: %s", next.Method, names)}
	}
	push := func(item any) {
		if encoded, err := json.Marshal(item); err == nil {
			send(reply{ID: next.ID, Item: encoded})
		}
	}
	result, err := handler(ctx, next.Params, push)
	if err != nil {
		return reply{ID: next.ID, Error: err.Error()}
	}
	encoded, err := json.Marshal(result)
	if err != nil {
		return reply{ID: next.ID, Error: err.Error()}
	}
	return reply{ID: next.ID, Result: encoded}
}
