package dial

import (
	"errors"

	"golang.org/x/sys/unix"
)

// outcome of a request, as one byte in samples.
type outcome uint8

const (
	answered outcome = iota
	refused
	timedOut
	reset
	unreachable
	denied
	closed
	noPorts
	wrongSource
	malformed
	otherFailure
)

// outcomes are the names in results and in files; readers know them by these names.
var outcomes = []string{
	answered:     "ok",
	refused:      "refused",
	timedOut:     "timeout",
	reset:        "reset",
	unreachable:  "unreachable",
	denied:       "denied",       // by a BPF program of the cgroup, or a rule
	closed:       "closed",       // before the answer was complete
	noPorts:      "no-ports",     // every source port is taken, most of them by TIME_WAIT
	wrongSource:  "wrong-source", // answered from another address than was asked
	malformed:    "malformed",
	otherFailure: "other",
}

var (
	errClosed      = errors.New("the connection was closed before the answer was complete")
	errMalformed   = errors.New("the answer is not one of a responder")
	errWrongSource = errors.New("the answer came from another address")
)

var outcomeOfError = map[error]outcome{
	unix.ECONNREFUSED:  refused,
	unix.ETIMEDOUT:     timedOut,
	unix.ECONNRESET:    reset,
	unix.EPIPE:         reset,
	unix.EHOSTUNREACH:  unreachable,
	unix.ENETUNREACH:   unreachable,
	unix.EPERM:         denied,
	unix.EACCES:        denied,
	unix.EADDRNOTAVAIL: noPorts,
	errClosed:          closed,
	errWrongSource:     wrongSource,
	errMalformed:       malformed,
}

func outcomeOf(err error) outcome {
	if err == nil {
		return answered
	}
	if known, ok := outcomeOfError[err]; ok {
		return known
	}
	return otherFailure
}

// Class is the name under which an error is counted.
func Class(err error) string {
	return outcomes[outcomeOf(err)]
}
