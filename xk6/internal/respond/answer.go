package respond

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/wire"
)

// maxRequest is the longest head of an HTTP request that is read.
const maxRequest = 8 << 10

// datagramsAtOnce keeps one socket from starving the others of its loop.
const datagramsAtOnce = 64

var zeros = make([]byte, 256<<10)

func newSocket(fd int, r role, name string) *socket {
	return &socket{fd: fd, role: r, name: name, frame: wire.NameFrame(name), connections: map[*socket]struct{}{}}
}

// answer reads what a connection sent and answers all of it that is complete. It says whether the connection goes on.
func (l *loop) answer(s *socket) bool {
	if s.sending > 0 {
		return l.send(s)
	}
	n, err := unix.Read(s.fd, l.buffer)
	if err == unix.EAGAIN || err == unix.EINTR {
		return true
	}
	if err != nil || n == 0 {
		return false
	}
	s.input = append(s.input, l.buffer[:n]...)
	for len(s.input) > 0 && s.sending == 0 {
		used, keep := l.request(s)
		if !keep {
			return false
		}
		if used == 0 {
			return len(s.input) < maxRequest
		}
		s.input = s.input[:copy(s.input, s.input[used:])]
	}
	return true
}

// request answers the request that the input begins with; 0 bytes are used of one that is not complete.
func (l *loop) request(s *socket) (used int, keep bool) {
	switch s.input[0] {
	case wire.Name:
		return 1, put(s.fd, s.frame)
	case wire.Stream:
		if len(s.input) < wire.StreamRequestSize {
			return 0, true
		}
		s.sending = binary.LittleEndian.Uint64(s.input[1:])
		return wire.StreamRequestSize, put(s.fd, s.frame) && l.send(s)
	}
	end := bytes.Index(s.input, []byte("\r\n\r\n"))
	if end < 0 {
		return 0, s.input[0] >= 'A' && s.input[0] <= 'Z'
	}
	head := bytes.ToLower(s.input[:end])
	last := bytes.Contains(head, []byte("connection: close")) || bytes.Contains(head, []byte(" http/1.0"))
	return end + 4, put(s.fd, httpAnswer(s.name, last)) && !last
}

func httpAnswer(name string, last bool) []byte {
	state := ""
	if last {
		state = "Connection: close\r\n"
	}
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s: %s\r\n%s\r\n%s\n",
		len(name)+1, wire.BackendHeader, name, state, name)
}

// put sends a short answer. One that does not fit belongs to a peer that asks without reading: it is cut off.
func put(fd int, answer []byte) bool {
	n, err := unix.SendmsgN(fd, answer, nil, nil, unix.MSG_NOSIGNAL)
	return err == nil && n == len(answer)
}

// send goes on with a stream as far as there is room, and waits for more room where there is none.
func (l *loop) send(s *socket) bool {
	for s.sending > 0 {
		n, err := unix.SendmsgN(s.fd, zeros[:min(uint64(len(zeros)), s.sending)], nil, nil, unix.MSG_NOSIGNAL)
		if err == unix.EAGAIN {
			return l.waitFor(s, true)
		}
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return false
		}
		s.sending -= uint64(n)
		if s.sending > 0 && n > 0 {
			return l.waitFor(s, true) // the loop's other sockets have their turn
		}
	}
	return l.waitFor(s, false)
}

func (l *loop) waitFor(s *socket, room bool) bool {
	if s.waits == room {
		return true
	}
	s.waits = room
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.fd), Pad: s.serial}
	if room {
		event.Events = unix.EPOLLOUT
	}
	return unix.EpollCtl(l.poller, unix.EPOLL_CTL_MOD, s.fd, &event) == nil
}

// answerDatagrams sends each request's tag back, with the name behind it, from the address that was asked.
func (l *loop) answerDatagrams(s *socket) {
	for range datagramsAtOnce {
		n, size, _, from, err := unix.Recvmsg(s.fd, l.buffer, l.control, 0)
		if err != nil {
			return
		}
		if n < wire.TagSize {
			continue
		}
		answer := append(l.buffer[:wire.TagSize:wire.TagSize], s.name...)
		// What IP_PKTINFO says of a request is how its answer is sent (ip(7)). One that cannot be sent is lost.
		_ = unix.Sendmsg(s.fd, answer, l.control[:size], from, 0)
	}
}
