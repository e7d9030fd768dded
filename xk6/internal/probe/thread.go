package probe

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/dial"
	"churnlab.dev/xk6/internal/netns"
	"churnlab.dev/xk6/internal/wire"
)

const eventsAtOnce = 512

var kinds = map[string]int{"": unix.SOCK_STREAM, "tcp": unix.SOCK_STREAM, "udp": unix.SOCK_DGRAM}

// thread makes the sockets of all probes of one namespace, and waits for them. Its mutex guards everything, and is not
// held while it waits.
type thread struct {
	path    string
	poller  int
	timer   int
	mutex   sync.Mutex
	probes  map[string]*probe
	sockets map[int]*attempt
	serial  int32
	tag     uint64
	stopped bool
	// next is when there is something to begin or to give up; 0: now.
	next   int64
	buffer []byte
}

// startThread resolves when the thread is in its namespace.
func startThread(path string) (*thread, error) {
	t := &thread{path: path, probes: map[string]*probe{}, sockets: map[int]*attempt{}, buffer: make([]byte, 512)}
	ready := make(chan error, 1)
	go func() {
		ready <- netns.Run(path, func() error {
			if err := t.open(); err != nil {
				return err
			}
			ready <- nil
			t.run()
			return nil
		})
	}()
	return t, <-ready
}

func (t *thread) open() (err error) {
	if t.poller, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if t.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		unix.Close(t.poller)
		return err
	}
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(t.timer)}
	return unix.EpollCtl(t.poller, unix.EPOLL_CTL_ADD, t.timer, &event)
}

func (t *thread) run() {
	events := make([]unix.EpollEvent, eventsAtOnce)
	for {
		n, err := unix.EpollWait(t.poller, events, -1)
		if err != nil && err != unix.EINTR {
			panic(os.NewSyscallError("epoll_wait", err))
		}
		t.mutex.Lock()
		if t.stopped {
			t.close()
			t.mutex.Unlock()
			return
		}
		for _, event := range events[:max(n, 0)] {
			if int(event.Fd) == t.timer {
				continue
			}
			if a := t.sockets[int(event.Fd)]; a != nil && a.serial == event.Pad {
				t.serve(a)
			}
		}
		if now := clock.Now(); now >= t.next {
			t.tick(now)
		}
		t.mutex.Unlock()
	}
}

func (t *thread) close() {
	for fd := range t.sockets {
		unix.Close(fd)
	}
	unix.Close(t.timer)
	unix.Close(t.poller)
}

// tick begins what is due, gives up what is too old, and sets the timer for the next time.
func (t *thread) tick(now int64) {
	t.next = math.MaxInt64
	for _, p := range t.probes {
		t.expire(p, now)
		if p.report.Done {
			continue
		}
		if p.due <= now {
			if now-p.due > p.interval {
				p.report.Late++
			}
			t.begin(p, now)
			// Ticks that were missed are not made up for: the next one is the next of the clock.
			p.due += (now-p.due)/p.interval*p.interval + p.interval
		}
		t.next = min(t.next, p.due)
	}
	var setting unix.ItimerSpec // all zero: off
	if t.next != math.MaxInt64 {
		setting.Value = unix.NsecToTimespec(t.next)
	}
	if err := unix.TimerfdSettime(t.timer, unix.TFD_TIMER_ABSTIME, &setting, nil); err != nil {
		panic(os.NewSyscallError("timerfd_settime", err))
	}
}

func (t *thread) expire(p *probe, now int64) {
	for len(p.waiting) > 0 {
		a := p.waiting[0]
		if !a.over {
			if now-a.startedNs < p.timeout && !p.report.Done {
				return
			}
			t.end(a)
			if !p.report.Done {
				p.failed(dial.Class(unix.ETIMEDOUT), now)
			}
		}
		p.waiting = p.waiting[1:]
	}
}

// begin makes a socket and has it connect, or sends its datagram.
func (t *thread) begin(p *probe, now int64) {
	p.report.Attempts++
	fd, err := unix.Socket(p.family, p.kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		p.failed(dial.Class(err), now)
		return
	}
	t.serial++
	t.tag++
	a := &attempt{probe: p, fd: fd, serial: t.serial, startedNs: now, tag: t.tag}
	t.sockets[fd] = a
	p.waiting = append(p.waiting, a)
	if err := t.connect(a); err != nil {
		t.end(a)
		p.failed(dial.Class(err), clock.Now())
	}
}

func (t *thread) connect(a *attempt) error {
	p := a.probe
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(a.fd), Pad: a.serial}
	if p.kind == unix.SOCK_STREAM {
		event.Events = unix.EPOLLOUT
		// close(2) sends RST: a thousand connections a second must not wait in TIME_WAIT.
		if err := unix.SetsockoptLinger(a.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
			return err
		}
	}
	if err := unix.Connect(a.fd, p.address); err != nil && !errors.Is(err, unix.EINPROGRESS) {
		return err
	}
	if err := unix.EpollCtl(t.poller, unix.EPOLL_CTL_ADD, a.fd, &event); err != nil {
		return err
	}
	if p.kind == unix.SOCK_DGRAM {
		_, err := unix.Write(a.fd, binary.LittleEndian.AppendUint64(nil, a.tag))
		a.asked = true
		return err
	}
	return nil
}

// serve goes on with an attempt that something has happened to.
func (t *thread) serve(a *attempt) {
	name, done, err := t.proceed(a)
	if !done && err == nil {
		return
	}
	t.end(a)
	if err != nil {
		a.probe.failed(dial.Class(err), clock.Now())
		return
	}
	a.probe.answered(name, clock.Now())
	if a.probe.report.Done {
		t.next = 0
	}
}

func (t *thread) proceed(a *attempt) (name string, done bool, err error) {
	if !a.asked {
		number, err := unix.GetsockoptInt(a.fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err != nil {
			return "", false, err
		}
		if number != 0 {
			return "", false, unix.Errno(number)
		}
		if _, err := unix.Write(a.fd, []byte{wire.Name}); err != nil {
			return "", false, err
		}
		a.asked = true
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(a.fd), Pad: a.serial}
		return "", false, unix.EpollCtl(t.poller, unix.EPOLL_CTL_MOD, a.fd, &event)
	}
	n, err := unix.Read(a.fd, t.buffer)
	if err == unix.EAGAIN || err == unix.EINTR {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	name, err = dial.ReadAnswer(t.buffer[:n], a.probe.kind == unix.SOCK_STREAM)
	return name, true, err
}

func (t *thread) end(a *attempt) {
	a.over = true
	delete(t.sockets, a.fd)
	unix.Close(a.fd)
}
