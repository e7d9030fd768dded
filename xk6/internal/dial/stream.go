package dial

import (
	"math"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/wire"
)

const (
	streamBuffer = 256 << 10
	defaultBytes = 1 << 20
)

// stream has bytes sent to it: so many, or for so long. One connection is one request, whose latency is that of all
// its bytes.
func stream(c *client) error {
	wanted := uint64(math.MaxInt64)
	if c.Size > 0 {
		wanted = uint64(c.Size)
	} else if c.DurationMs <= 0 {
		wanted = defaultBytes
	}
	c.buffer = make([]byte, streamBuffer)
	request := wire.StreamRequest(wanted)
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
		backend, err := c.receive(fd, request, int64(wanted))
		c.sample(index, at, connected-begin, clock.Now()-connected, outcomeOf(err), backend)
		unix.Close(fd)
	}
	return nil
}

// receive counts what comes until there are enough bytes, or the batch's time is over.
func (c *client) receive(fd int, request []byte, wanted int64) (uint16, error) {
	if err := write(fd, request); err != nil {
		return unnamed, err
	}
	name, extra, err := readName(fd, c.buffer)
	if err != nil {
		return unnamed, err
	}
	backend := c.number(name)
	got := int64(extra)
	for got < wanted && clock.Now() < c.until && c.ctx.Err() == nil {
		n, err := read(fd, c.buffer)
		if err != nil {
			c.bytes += got
			return backend, err
		}
		got += int64(n)
	}
	c.bytes += got
	return backend, nil
}
