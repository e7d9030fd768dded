package respond

import (
	"fmt"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

const eventsAtOnce = 256

type role int

const (
	acceptor role = iota
	datagrams
	connection
)

// socket is one that a loop watches. Those of a pod come and go with it; connections belong to their acceptor.
type socket struct {
	fd   int
	role role
	name string
	// frame is the answer that names the pod.
	frame []byte
	loop  *loop
	// serial tells a socket from a later one with the same descriptor.
	serial int32
	// Connections: who accepted it, what has come, and what is still to be sent.
	parent      *socket
	connections map[*socket]struct{}
	input       []byte
	sending     uint64
	waits       bool // for room to send
}

// loop is a thread that waits for its sockets and answers. Everything it has is guarded by its mutex, which it does not
// hold while it waits.
type loop struct {
	poller  int
	mutex   sync.Mutex
	sockets map[int]*socket
	serial  int32
	// Room for what one call reads: data, and what comes beside it.
	buffer, control []byte
}

func newLoop() (*loop, error) {
	poller, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make an epoll descriptor: %w", err)
	}
	l := &loop{poller: poller, sockets: map[int]*socket{}, buffer: make([]byte, 64<<10), control: make([]byte, 128)}
	go l.run()
	return l, nil
}

func (l *loop) run() {
	runtime.LockOSThread()
	events := make([]unix.EpollEvent, eventsAtOnce)
	for {
		n, err := unix.EpollWait(l.poller, events, -1)
		if err != nil && err != unix.EINTR {
			// Nobody is answered any more: better to end, and be started again.
			fmt.Fprintln(os.Stderr, "podnet-responder: epoll_wait:", err)
			os.Exit(1)
		}
		l.mutex.Lock()
		for _, event := range events[:max(n, 0)] {
			if s := l.sockets[int(event.Fd)]; s != nil && s.serial == event.Pad {
				l.serve(s)
			}
		}
		l.mutex.Unlock()
	}
}

func (l *loop) serve(s *socket) {
	switch s.role {
	case acceptor:
		l.accept(s)
	case datagrams:
		l.answerDatagrams(s)
	case connection:
		if !l.answer(s) {
			l.drop(s)
		}
	}
}

func (l *loop) add(s *socket) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.watch(s)
}

// remove closes a pod's socket and its connections.
func (l *loop) remove(s *socket) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for each := range s.connections {
		l.drop(each)
	}
	l.drop(s)
}

func (l *loop) watch(s *socket) {
	l.serial++
	s.serial = l.serial
	l.sockets[s.fd] = s
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.fd), Pad: s.serial}
	if err := unix.EpollCtl(l.poller, unix.EPOLL_CTL_ADD, s.fd, &event); err != nil {
		l.drop(s) // out of memory or of watches: the peer sees the end of its connection
	}
}

// drop closes a socket; the kernel takes it out of the poller.
func (l *loop) drop(s *socket) {
	if l.sockets[s.fd] != s {
		return
	}
	delete(l.sockets, s.fd)
	if s.parent != nil {
		delete(s.parent.connections, s)
	}
	unix.Close(s.fd)
}

// accept takes one connection: where there are more, the next wait returns at once.
func (l *loop) accept(s *socket) {
	fd, _, err := unix.Accept4(s.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err != nil {
		return // gone again, or no descriptor left: the peer is not answered, which it will notice
	}
	child := &socket{fd: fd, role: connection, name: s.name, frame: s.frame, loop: l, parent: s}
	s.connections[child] = struct{}{}
	l.watch(child)
}
