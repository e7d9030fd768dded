// Package respond answers for pods: one process holds the listening sockets of any number of them, each made in its
// pod's network namespace, where it stays.
package respond

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/netns"
)

// Port is one port to answer on.
type Port struct {
	// Protocol is `tcp` (names, streams, HTTP) or `udp`.
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
}

// Pod is who answers, and where.
type Pod struct {
	// ID tells pods apart for Remove; Name is what answers carry.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Netns is the path of the pod's namespace; "" is the responder's own.
	Netns string `json:"netns"`
	Ports []Port `json:"ports"`
}

// Responder answers for pods. Each loop is a thread with its share of the sockets.
type Responder struct {
	loops []*loop
	mutex sync.Mutex
	pods  map[string][]*socket
	next  int
}

// New starts so many threads.
func New(threads int) (*Responder, error) {
	r := &Responder{pods: map[string][]*socket{}}
	for range threads {
		l, err := newLoop()
		if err != nil {
			return nil, err
		}
		r.loops = append(r.loops, l)
	}
	return r, nil
}

// Add answers for a pod from now on, on all of its ports or on none. A pod that is known stays as it is: who tells may
// have been started anew, and tells again.
func (r *Responder) Add(pod Pod) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if _, known := r.pods[pod.ID]; known {
		return nil
	}
	sockets := make([]*socket, 0, len(pod.Ports))
	err := netns.Run(pod.Netns, func() error {
		for _, port := range pod.Ports {
			s, err := listen(port, pod.Name)
			if err != nil {
				return fmt.Errorf("listen on %d/%s for %s: %w", port.Port, port.Protocol, pod.Name, err)
			}
			sockets = append(sockets, s)
		}
		return nil
	})
	if err != nil {
		for _, s := range sockets {
			unix.Close(s.fd)
		}
		return err
	}
	for _, s := range sockets {
		s.loop = r.loops[r.next%len(r.loops)]
		r.next++
		s.loop.add(s)
	}
	r.pods[pod.ID] = sockets
	return nil
}

// Remove ends a pod's sockets, and its connections with them. A pod that is not known is none to remove.
func (r *Responder) Remove(id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, s := range r.pods[id] {
		s.loop.remove(s)
	}
	delete(r.pods, id)
}

// IDs of all pods, sorted.
func (r *Responder) IDs() []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Sorted(maps.Keys(r.pods))
}
