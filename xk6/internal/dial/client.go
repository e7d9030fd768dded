package dial

import (
	"context"
	"math"
	"sync"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/netns"
)

// sampleHint is the room made for samples before the loop; a longer one grows in it.
const sampleHint = 1 << 14

// client is one thread of a batch with what it saw. Only its own thread touches it until the batch is over.
type client struct {
	*plan
	ctx      context.Context
	targets  []target
	left     int
	until    int64
	nextTo   int
	startNs  int64
	endNs    int64
	names    map[string]uint16
	backends []string
	late     int
	bytes    int64
	// One entry a request.
	at, connect, request []int64
	outcome              []outcome
	backend              []uint16
	to                   []uint32
	buffer               []byte
}

// noConnect marks requests on connections that were open already.
const noConnect = -1

// unnamed is the backend of a request that nobody answered.
const unnamed = 0

func (p *plan) runClients(ctx context.Context) ([]*client, error) {
	clients := make([]*client, p.Clients)
	failures := make([]error, p.Clients)
	var running sync.WaitGroup
	for i := range clients {
		c := p.newClient(ctx, i)
		clients[i] = c
		running.Go(func() {
			failures[i] = netns.Run(p.Netns, func() error {
				c.startNs = clock.Now()
				c.until = c.startNs + int64(p.length)
				err := p.loop(c)
				c.endNs = clock.Now()
				return err
			})
		})
	}
	running.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return clients, nil
}

func (p *plan) newClient(ctx context.Context, index int) *client {
	share := math.MaxInt
	if p.Count > 0 {
		share = p.Count / p.Clients
		if index < p.Count%p.Clients {
			share++
		}
	}
	room := min(share, sampleHint)
	targets := make([]target, len(p.targets))
	for i, each := range p.targets {
		targets[i] = each.clone()
	}
	return &client{
		plan: p, ctx: ctx, targets: targets, left: share,
		// Clients begin at different addresses, so that they do not all knock at the same door.
		nextTo: index * len(p.targets) / p.Clients,
		names:  map[string]uint16{"": unnamed}, backends: []string{""},
		at: make([]int64, 0, room), connect: make([]int64, 0, room), request: make([]int64, 0, room),
		outcome: make([]outcome, 0, room), backend: make([]uint16, 0, room), to: make([]uint32, 0, room),
		buffer: make([]byte, 512),
	}
}

// next says whether there is another request to make.
func (c *client) next() bool {
	if c.left == 0 || c.ctx.Err() != nil || clock.Now() >= c.until {
		return false
	}
	c.left--
	return true
}

// target is where the next request goes, and its place in the list.
func (c *client) target() (uint32, *target) {
	index := c.nextTo
	c.nextTo = (index + 1) % len(c.targets)
	return uint32(index), &c.targets[index]
}

// sample keeps what became of a request. Times are ns: connect is noConnect where nothing was connected.
func (c *client) sample(to uint32, at, connect, request int64, result outcome, backend uint16) {
	c.at = append(c.at, at)
	c.connect = append(c.connect, connect)
	c.request = append(c.request, request)
	c.outcome = append(c.outcome, result)
	c.backend = append(c.backend, backend)
	c.to = append(c.to, to)
}

// number of a backend's name in this client's list. The list is as long as there are backends, and no longer than
// its numbers reach: further names have none.
func (c *client) number(name []byte) uint16 {
	if known, ok := c.names[string(name)]; ok {
		return known
	}
	if len(c.backends) > math.MaxUint16 {
		return unnamed
	}
	number := uint16(len(c.backends))
	c.backends = append(c.backends, string(name))
	c.names[string(name)] = number
	return number
}

// result adds up what the clients saw.
func (p *plan) result(clients []*client) *Result {
	r := &Result{Kind: p.Kind, Failed: map[string]int{}, Backends: map[string]int{}, StartNs: math.MaxInt64}
	for _, c := range clients {
		r.StartNs = min(r.StartNs, c.startNs)
		r.EndNs = max(r.EndNs, c.endNs)
		r.Count += len(c.at)
		r.Late += c.late
		r.Bytes += c.bytes
		for i, result := range c.outcome {
			if result != answered {
				r.Failed[outcomes[result]]++
				continue
			}
			r.OK++
			name := c.backends[c.backend[i]]
			r.Backends[name]++
			if p.expect != nil && !p.expect[name] {
				r.Misrouted++
			}
			if p.Latencies {
				r.At = append(r.At, c.at[i])
				r.Connect = append(r.Connect, c.connect[i])
				r.Request = append(r.Request, c.request[i])
			}
		}
	}
	return r
}
