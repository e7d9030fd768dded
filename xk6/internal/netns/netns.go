// Package netns runs work inside network namespaces. A socket takes its namespace, and its cgroup, from the thread
// that makes it, and Go moves goroutines between threads: so the thread is locked for as long as it is abroad.
package netns

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

var home = mustOpen("/proc/self/ns/net")

// Run does work on a thread of its own, inside the namespace at path (`/run/netns/x`, `/proc/PID/ns/net`); "" is the
// namespace of this process. The thread stays there until work returns, whose error is returned. The namespace is not
// held open any longer: it goes when its pod does.
func Run(path string, work func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := enter(path)
		if err == nil {
			err = work()
		}
		// A thread that cannot go home stays locked, and so ends with this goroutine.
		if path == "" || unix.Setns(home, unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		done <- err
	}()
	return <-done
}

func enter(path string) error {
	if path == "" {
		return nil
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open network namespace %s: %w", path, err)
	}
	defer unix.Close(fd)
	if err := unix.Setns(fd, unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter network namespace %s: %w", path, err)
	}
	return nil
}

func mustOpen(path string) int {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		panic(fmt.Sprintf("open %s: %v", path, err))
	}
	return fd
}
