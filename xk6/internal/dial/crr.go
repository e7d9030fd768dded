package dial

import (
	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/wire"
)

var nameRequest = []byte{wire.Name}

// crr connects, asks for the name, closes; over and over.
func crr(c *client) error {
	for c.next() {
		index, to := c.target()
		at := clock.Now()
		fd, err := socket(to, unix.SOCK_STREAM, c.timeout, c.Close != "fin")
		if err != nil {
			return err
		}
		begin := clock.Now()
		if err := connect(fd, to); err != nil {
			c.sample(index, at, clock.Now()-begin, 0, outcomeOf(err), unnamed)
			unix.Close(fd)
			continue
		}
		connected := clock.Now()
		name, err := ask(fd, c.buffer)
		answeredAt := clock.Now()
		c.sample(index, at, connected-begin, answeredAt-connected, outcomeOf(err), c.number(name))
		unix.Close(fd)
	}
	return nil
}

// ask sends one request for the name and waits for it.
func ask(fd int, buffer []byte) ([]byte, error) {
	if err := write(fd, nameRequest); err != nil {
		return nil, err
	}
	name, _, err := readName(fd, buffer)
	return name, err
}

// rr asks over and over on one connection; a new one is made when it breaks, and when there are several addresses.
func rr(c *client) error {
	connections := map[uint32]int{}
	defer func() {
		for _, fd := range connections {
			unix.Close(fd)
		}
	}()
	for c.next() {
		index, to := c.target()
		at := clock.Now()
		connectNs := int64(noConnect)
		fd, open := connections[index]
		if !open {
			var err error
			if fd, err = socket(to, unix.SOCK_STREAM, c.timeout, c.Close != "fin"); err != nil {
				return err
			}
			// The small requests of one connection must not wait for each other's acknowledgements.
			if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
				unix.Close(fd)
				return err
			}
			begin := clock.Now()
			err = connect(fd, to)
			connectNs = clock.Now() - begin
			if err != nil {
				c.sample(index, at, connectNs, 0, outcomeOf(err), unnamed)
				unix.Close(fd)
				continue
			}
			connections[index] = fd
		}
		begin := clock.Now()
		name, err := ask(fd, c.buffer)
		c.sample(index, at, connectNs, clock.Now()-begin, outcomeOf(err), c.number(name))
		if err != nil {
			unix.Close(fd)
			delete(connections, index)
		}
	}
	return nil
}
