package ipc

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// lookEvery is how often a server is looked for that is only starting.
const lookEvery = 20 * time.Millisecond

// ErrGone is what calls fail with when the process at the other end has ended.
var ErrGone = errors.New("the process at the other end is gone")

// Client is a connection to a server. Calls may overlap.
type Client struct {
	connection net.Conn
	gone       chan struct{}
	mutex      sync.Mutex
	next       uint64
	waiting    map[uint64]chan reply
}

// Dial connects to the server that listens at file.
func Dial(file string) (*Client, error) {
	var connection net.Conn
	err := withShortPath(file, func(short string) (err error) {
		connection, err = net.Dial("unix", short)
		return err
	})
	if err != nil {
		return nil, err
	}
	client := &Client{connection: connection, gone: make(chan struct{}), waiting: map[uint64]chan reply{}}
	go client.receive()
	return client, nil
}

// DialWithin is Dial with patience for a server that is only starting.
func DialWithin(patience time.Duration, file string) (*Client, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		client, err := Dial(file)
		isStarting := errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
		if !isStarting || time.Now().After(deadline) {
			return client, err
		}
	}
}

// Gone is closed when the connection has ended.
func (c *Client) Gone() <-chan struct{} { return c.gone }

// Call calls a method and reads its result into result. It returns early when ctx ends; the call itself goes on.
func (c *Client) Call(ctx context.Context, method string, params, result any) error {
	encoded, err := json.Marshal(params)
	if err != nil {
		return err
	}
	answer := make(chan reply, 1)
	if err := c.send(method, encoded, answer); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case got, answered := <-answer:
		if !answered {
			return ErrGone
		}
		if got.Error != "" {
			return errors.New(got.Error)
		}
		return json.Unmarshal(got.Result, result)
	}
}

func (c *Client) send(method string, params json.RawMessage, answer chan reply) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.next++
	line, err := json.Marshal(call{ID: c.next, Method: method, Params: params})
	if err != nil {
		return err
	}
	if c.waiting == nil {
		return ErrGone
	}
	c.waiting[c.next] = answer
	if _, err := c.connection.Write(append(line, '\n')); err != nil {
		delete(c.waiting, c.next)
		return ErrGone
	}
	return nil
}

func (c *Client) receive() {
	defer c.end()
	answers := json.NewDecoder(bufio.NewReader(c.connection))
	for {
		var got reply
		if answers.Decode(&got) != nil {
			return
		}
		c.mutex.Lock()
		waiting := c.waiting[got.ID]
		delete(c.waiting, got.ID)
		c.mutex.Unlock()
		if waiting != nil {
			waiting <- got
		}
	}
}

// end fails the calls that are still waiting, and all later ones.
func (c *Client) end() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, answer := range c.waiting {
		close(answer)
	}
	c.waiting = nil
	close(c.gone)
}
