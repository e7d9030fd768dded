package dial

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/wire"
)

// udp sends datagrams, each when the one before was answered or given up.
func udp(c *client) error {
	size := max(c.Size, wire.TagSize)
	if c.Size <= 0 {
		size = defaultSize
	}
	datagram := make([]byte, size)
	sockets := map[uint32]int{}
	defer func() {
		for _, fd := range sockets {
			unix.Close(fd)
		}
	}()
	for tag := uint64(1); c.next(); tag++ {
		index, to := c.target()
		at := clock.Now()
		fd, open := sockets[index]
		if !open {
			var err error
			if fd, err = c.udpSocket(to); err != nil {
				c.sample(index, at, noConnect, 0, outcomeOf(err), unnamed)
				continue
			}
			if !c.Fresh {
				sockets[index] = fd
			}
		}
		binary.LittleEndian.PutUint64(datagram, tag)
		begin := clock.Now()
		name, err := c.exchange(fd, to, datagram, begin+int64(c.timeout))
		c.sample(index, at, noConnect, clock.Now()-begin, outcomeOf(err), c.number(name))
		if c.Fresh {
			unix.Close(fd)
		}
	}
	return nil
}

func (c *client) udpSocket(to *target) (int, error) {
	fd, err := socket(to, unix.SOCK_DGRAM, c.timeout, false)
	if err != nil || c.Unconnected {
		return fd, err
	}
	if err := unix.Connect(fd, to.addr); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// exchange sends a datagram and waits for its answer; answers to earlier ones are late.
func (c *client) exchange(fd int, to *target, datagram []byte, deadline int64) ([]byte, error) {
	if err := c.send(fd, to, datagram); err != nil {
		return nil, err
	}
	for {
		n, from, err := unix.Recvfrom(fd, c.buffer, 0)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			return nil, unix.ETIMEDOUT
		case err != nil:
			return nil, err
		case n < wire.TagSize:
			return nil, errMalformed
		case [wire.TagSize]byte(c.buffer) != [wire.TagSize]byte(datagram):
			c.late++
			// The socket's own limit begins anew with each datagram.
			if clock.Now() > deadline {
				return nil, unix.ETIMEDOUT
			}
			continue
		case c.Unconnected && !sameAddress(from, to.addr):
			return nil, errWrongSource
		}
		return c.buffer[wire.TagSize:n], nil
	}
}

func (c *client) send(fd int, to *target, datagram []byte) error {
	for {
		var err error
		if c.Unconnected {
			err = unix.Sendto(fd, datagram, 0, to.addr)
		} else {
			_, err = unix.Write(fd, datagram)
		}
		if err != unix.EINTR {
			return err
		}
	}
}

func sameAddress(a, b unix.Sockaddr) bool {
	switch a := a.(type) {
	case *unix.SockaddrInet4:
		b, ok := b.(*unix.SockaddrInet4)
		return ok && a.Port == b.Port && a.Addr == b.Addr
	case *unix.SockaddrInet6:
		b, ok := b.(*unix.SockaddrInet6)
		return ok && a.Port == b.Port && a.Addr == b.Addr
	}
	return false
}
