// Package podnet is the k6 extension `k6/x/podnet`: batches of connections from inside chosen pods. A batch is one call
// of JavaScript and one loop in Go, in the dialer of the pod's node, so that a script costs next to nothing beside it.
package podnet

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/errext"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"

	"churnlab.dev/xk6/internal/dial"
	"churnlab.dev/xk6/internal/ipc"
)

func init() {
	modules.Register("k6/x/podnet", &module{clients: map[string]*ipc.Client{}})
}

// starting is how long a dialer that was started together with k6 may take to listen.
const starting = 10 * time.Second

// module is what all virtual users share: one connection to each dialer.
type module struct {
	mutex   sync.Mutex
	clients map[string]*ipc.Client
}

// NewModuleInstance implements modules.Module.
func (m *module) NewModuleInstance(vu modules.VU) modules.Instance {
	environment := vu.InitEnv()
	settings, err := readConfig(environment.LookupEnv)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &instance{shared: m, vu: vu, config: settings, metrics: register(environment.Registry)}
}

// client is the connection to a dialer; one that has ended is made anew.
func (m *module) client(socket string) (*ipc.Client, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if known := m.clients[socket]; known != nil {
		select {
		case <-known.Gone():
		default:
			return known, nil
		}
	}
	client, err := ipc.DialWithin(starting, socket)
	if err != nil {
		return nil, fmt.Errorf("reach the dialer: %w", err)
	}
	m.clients[socket] = client
	return client, nil
}

// instance is what one virtual user sees.
type instance struct {
	shared  *module
	vu      modules.VU
	config  config
	metrics podnetMetrics
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	named := map[string]any{"params": i.config.Params, "places": i.config.names()}
	for _, kind := range []string{dial.CRR, dial.RR, dial.Stream, dial.UDP, dial.HTTP} {
		named[kind] = func(options sobek.Value) (*answer, error) { return i.batch(kind, options) }
	}
	return modules.Exports{Named: named, Default: named}
}

// batch makes one batch and waits for it. One that cannot begin ends the whole test: k6 would go on with the next
// iteration, and call it a success.
func (i *instance) batch(kind string, value sobek.Value) (*answer, error) {
	state := i.vu.State()
	if state == nil {
		return nil, errors.New("podnet." + kind + " belongs into a function that virtual users run, not into the init context")
	}
	batch, result, err := i.run(kind, value)
	if err != nil {
		err = fmt.Errorf("podnet.%s: %w", kind, err)
		if i.vu.Context().Err() == nil {
			// Seen at the script's next step: an error here would leave it by another way, and a last iteration unseen.
			i.vu.Runtime().Interrupt(&errext.InterruptError{Reason: err.Error()})
			return nil, nil
		}
		return nil, err
	}
	i.metrics.push(i.vu.Context(), state, result, batch)
	return newAnswer(result), nil
}

func (i *instance) run(kind string, value sobek.Value) (batch dial.Batch, result *dial.Result, err error) {
	options, err := readOptions(i.vu.Runtime(), value)
	if err != nil {
		return batch, nil, err
	}
	where, err := i.config.place(options.From)
	if err != nil {
		return batch, nil, err
	}
	batch = options.batch(kind, where)
	if where.Socket == "" {
		result, err = dial.Run(i.vu.Context(), batch)
	} else {
		result, err = i.call(where.Socket, batch)
	}
	return batch, result, err
}

func (i *instance) call(socket string, batch dial.Batch) (*dial.Result, error) {
	client, err := i.shared.client(socket)
	if err != nil {
		return nil, err
	}
	var result dial.Result
	if err := client.Call(i.vu.Context(), "batch", batch, &result); err != nil {
		return nil, err
	}
	return &result, nil
}
