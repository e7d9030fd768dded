package respond

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

const backlog = 4096

// listen makes a socket for both families on every address of the calling thread's namespace.
func listen(port Port, name string) (*socket, error) {
	kind, isStream := unix.SOCK_DGRAM, port.Protocol == "tcp"
	if isStream {
		kind = unix.SOCK_STREAM
	} else if port.Protocol != "udp" {
		return nil, fmt.Errorf("expected protocol tcp or udp, got %q", port.Protocol)
	}
	fd, err := bind(unix.AF_INET6, kind, &unix.SockaddrInet6{Port: port.Port})
	if errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL) {
		fd, err = bind(unix.AF_INET, kind, &unix.SockaddrInet4{Port: port.Port}) // no IPv6 here
	}
	if err != nil {
		return nil, err
	}
	if isStream {
		if err := unix.Listen(fd, backlog); err != nil {
			unix.Close(fd)
			return nil, err
		}
		return newSocket(fd, acceptor, name), nil
	}
	return newSocket(fd, datagrams, name), nil
}

func bind(family, kind int, address unix.Sockaddr) (int, error) {
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if family == unix.AF_INET6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}
	if err == nil && kind == unix.SOCK_DGRAM {
		err = tellDestination(fd, family)
	}
	if err == nil {
		err = unix.Bind(fd, address)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// tellDestination has the kernel say which address each datagram came to: where there are several, the answer must come
// from that one.
func tellDestination(fd, family int) error {
	if family == unix.AF_INET6 {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_PKTINFO, 1)
}
