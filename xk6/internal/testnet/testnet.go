// Package testnet gives tests a network namespace of their own, with nothing but its loopback.
package testnet

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// New makes a namespace that lives as long as the test, and gives its path. Skips without root.
func New(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	path, ended := make(chan string), make(chan struct{})
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread, and the namespace with it, end with this goroutine
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			panic(err)
		}
		raiseLoopback()
		path <- fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
		<-ended
	}()
	t.Cleanup(func() { close(ended) })
	return <-path
}

func raiseLoopback() {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		panic(err)
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		panic(err)
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		panic(err)
	}
}
