// Package limits reads what bounds the connections that one network namespace can make.
package limits

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/netns"
)

// Limits of a namespace, and of this process.
type Limits struct {
	// FirstPort and LastPort bound source ports, of which ReservedPorts are left out.
	FirstPort     int `json:"firstPort"`
	LastPort      int `json:"lastPort"`
	ReservedPorts int `json:"reservedPorts"`
	// TimeWait is how many connections wait in TIME_WAIT right now.
	TimeWait int `json:"timeWait"`
	// ConntrackMax and ConntrackCount are 0 where nothing is tracked.
	ConntrackMax   int `json:"conntrackMax"`
	ConntrackCount int `json:"conntrackCount"`
	// OpenFiles is how many descriptors this process may have.
	OpenFiles int `json:"openFiles"`
}

// Read looks into the namespace at path; "" is this process's own.
func Read(path string) (Limits, error) {
	var l Limits
	err := netns.Run(path, func() error {
		// /proc/sys/net shows the namespace of the thread that reads, /proc/net that of the process.
		ports, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
		if err != nil {
			return err
		}
		if _, err := fmt.Sscan(string(ports), &l.FirstPort, &l.LastPort); err != nil {
			return fmt.Errorf("read ip_local_port_range: %w", err)
		}
		l.ReservedPorts = reserved(text("/proc/sys/net/ipv4/ip_local_reserved_ports"), l.FirstPort, l.LastPort)
		l.TimeWait = timeWait(text("/proc/thread-self/net/sockstat"))
		l.ConntrackMax = number("/proc/sys/net/netfilter/nf_conntrack_max")
		l.ConntrackCount = number("/proc/sys/net/netfilter/nf_conntrack_count")
		return nil
	})
	var files unix.Rlimit
	if err == nil {
		err = unix.Getrlimit(unix.RLIMIT_NOFILE, &files)
		l.OpenFiles = int(files.Cur)
	}
	return l, err
}

// text of a file; "" where the kernel does not have it.
func text(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(content))
}

func number(path string) int {
	value, err := strconv.Atoi(text(path))
	if err != nil {
		return 0
	}
	return value
}

// reserved counts the ports of a list (`8080,9100-9200`) that lie in a range.
func reserved(list string, first, last int) int {
	count := 0
	for part := range strings.SplitSeq(list, ",") {
		low, high, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(low)
		if err != nil {
			continue
		}
		to := from
		if isRange {
			to, _ = strconv.Atoi(high)
		}
		count += max(0, min(to, last)-max(from, first)+1)
	}
	return count
}

// timeWait finds `tw` in the TCP line of sockstat.
func timeWait(sockstat string) int {
	for line := range strings.SplitSeq(sockstat, "\n") {
		fields := strings.Fields(line)
		for i := 1; i+1 < len(fields); i += 2 {
			if fields[0] == "TCP:" && fields[i] == "tw" {
				count, _ := strconv.Atoi(fields[i+1])
				return count
			}
		}
	}
	return 0
}
