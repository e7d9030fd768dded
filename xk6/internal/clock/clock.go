// Package clock reads CLOCK_MONOTONIC: the clock of every stamp in the lab, whatever process made it.
package clock

import (
	"time"

	"golang.org/x/sys/unix"
)

// Go's own monotonic reading begins at the start of the process; it is the same clock, read without a system call.
var (
	base   = time.Now()
	baseNs = monotonic()
)

// Now is CLOCK_MONOTONIC in ns.
func Now() int64 {
	return baseNs + int64(time.Since(base))
}

// Wall turns a stamp of this process into a date.
func Wall(ns int64) time.Time {
	return base.Add(time.Duration(ns - baseNs))
}

func monotonic() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		panic(err) // Linux has had this clock since 2.6
	}
	return now.Nano()
}
