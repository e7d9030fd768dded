package dial

import (
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/wire"
)

// target is an address that can be dialled.
type target struct {
	text   string
	family int
	addr   unix.Sockaddr
}

func parseTarget(text string) (target, error) {
	parsed, err := netip.ParseAddrPort(text)
	if err != nil {
		return target{}, fmt.Errorf("expected an address with a port (10.96.0.1:80, [fd00::1]:80), got %q", text)
	}
	if parsed.Addr().Is4() {
		return target{text, unix.AF_INET, &unix.SockaddrInet4{Port: int(parsed.Port()), Addr: parsed.Addr().As4()}}, nil
	}
	return target{text, unix.AF_INET6, &unix.SockaddrInet6{Port: int(parsed.Port()), Addr: parsed.Addr().As16()}}, nil
}

// clone is a target for another thread: a Sockaddr is written to whenever it is used.
func (t target) clone() target {
	switch addr := t.addr.(type) {
	case *unix.SockaddrInet4:
		own := *addr
		t.addr = &own
	case *unix.SockaddrInet6:
		own := *addr
		t.addr = &own
	}
	return t
}

// ParseTarget reads an address with a port, for other packages that dial.
func ParseTarget(text string) (family int, addr unix.Sockaddr, err error) {
	to, err := parseTarget(text)
	return to.family, to.addr, err
}

// socket makes a blocking socket whose waits end by themselves.
func socket(to *target, kind int, timeout time.Duration, reset bool) (int, error) {
	fd, err := unix.Socket(to.family, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	limit := unix.NsecToTimeval(int64(timeout))
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		unix.Close(fd)
		return -1, err
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit); err != nil {
		unix.Close(fd)
		return -1, err
	}
	if reset {
		// close(2) sends RST: no TIME_WAIT on either side, so ports do not run out.
		if err := unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
			unix.Close(fd)
			return -1, err
		}
	}
	return fd, nil
}

// connect waits until the connection is there. A signal of Go's runtime interrupts a wait with a limit (signal(7));
// the second call then waits for what the first one began.
func connect(fd int, to *target) error {
	for {
		err := unix.Connect(fd, to.addr)
		switch err {
		case unix.EINTR, unix.EALREADY:
			continue
		case unix.EINPROGRESS:
			return unix.ETIMEDOUT // SO_SNDTIMEO is over
		}
		return err
	}
}

// read fills buffer with what there is; 0 bytes are the end of the connection.
func read(fd int, buffer []byte) (int, error) {
	for {
		n, err := unix.Read(fd, buffer)
		switch err {
		case nil:
			if n == 0 && len(buffer) > 0 {
				return 0, errClosed
			}
			return n, nil
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return 0, unix.ETIMEDOUT // SO_RCVTIMEO is over
		}
		return 0, err
	}
}

func write(fd int, data []byte) error {
	for len(data) > 0 {
		n, err := unix.Write(fd, data)
		if err == unix.EINTR {
			continue
		}
		if err == unix.EAGAIN {
			return unix.ETIMEDOUT
		}
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// readName reads an answer that names its pod, into buffer (at least wire.MaxName + 1 bytes). What came behind it is
// counted in extra.
func readName(fd int, buffer []byte) (name []byte, extra int, err error) {
	have := 0
	for {
		n, err := read(fd, buffer[have:])
		if err != nil {
			return nil, 0, err
		}
		have += n
		if end := 1 + int(buffer[0]); have >= end {
			return buffer[1:end], have - end, nil
		}
	}
}

// ReadAnswer gives the name in an answer that came in one piece: a frame of a connection, or a datagram.
func ReadAnswer(answer []byte, isStream bool) (string, error) {
	if !isStream {
		if len(answer) < wire.TagSize {
			return "", errMalformed
		}
		return string(answer[wire.TagSize:]), nil
	}
	if len(answer) == 0 {
		return "", errClosed
	}
	if len(answer) != 1+int(answer[0]) {
		return "", errMalformed
	}
	return string(answer[1:]), nil
}
