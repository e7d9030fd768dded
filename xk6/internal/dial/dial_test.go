package dial_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"churnlab.dev/xk6/internal/dial"
	"churnlab.dev/xk6/internal/respond"
	"churnlab.dev/xk6/internal/testnet"
)

// place is a namespace with one pod that answers on both families' loopback.
func place(t *testing.T) (netns string, responder *respond.Responder) {
	t.Helper()
	netns = testnet.New(t)
	responder, err := respond.New(1)
	if err != nil {
		t.Fatal(err)
	}
	ports := []respond.Port{{Protocol: "tcp", Port: 80}, {Protocol: "udp", Port: 53}}
	if err := responder.Add(respond.Pod{ID: "a", Name: "default/a", Netns: netns, Ports: ports}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { responder.Remove("a") })
	return netns, responder
}

func run(t *testing.T, batch dial.Batch) *dial.Result {
	t.Helper()
	result, err := dial.Run(context.Background(), batch)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestEveryKindIsAnsweredByName(t *testing.T) {
	netns, _ := place(t)
	for _, batch := range []dial.Batch{
		{Kind: dial.CRR, To: []string{"127.0.0.1:80"}, Count: 20},
		{Kind: dial.CRR, To: []string{"[::1]:80"}, Count: 20},
		{Kind: dial.CRR, To: []string{"127.0.0.1:80", "[::1]:80"}, Count: 21, Clients: 4},
		{Kind: dial.CRR, To: []string{"127.0.0.1:80"}, Count: 20, Close: "fin"},
		{Kind: dial.RR, To: []string{"127.0.0.1:80", "127.0.0.2:80"}, Count: 20},
		{Kind: dial.UDP, To: []string{"127.0.0.1:53"}, Count: 20, Size: 1200},
		{Kind: dial.UDP, To: []string{"[::1]:53"}, Count: 20, Fresh: true},
		{Kind: dial.UDP, To: []string{"127.0.0.7:53"}, Count: 20, Unconnected: true},
		{Kind: dial.HTTP, To: []string{"127.0.0.1:80"}, Count: 20},
		{Kind: dial.HTTP, To: []string{"[::1]:80"}, Count: 20, Fresh: true, Path: "/a?b=c", Host: "web.test"},
		{Kind: dial.Stream, To: []string{"127.0.0.1:80"}, Count: 2, Size: 3 << 20},
	} {
		batch.Netns, batch.Latencies = netns, true
		t.Run(batch.Kind+"_"+strings.Join(batch.To, "_"), func(t *testing.T) {
			result := run(t, batch)
			if result.OK != batch.Count || result.Backends["default/a"] != batch.Count || len(result.Failed) != 0 {
				t.Fatalf("expected %d answers of default/a, got %+v", batch.Count, result)
			}
			if len(result.Request) != batch.Count || result.EndNs <= result.StartNs {
				t.Fatalf("expected a latency for each request, got %+v", result)
			}
			if batch.Kind == dial.Stream && result.Bytes != int64(batch.Count*batch.Size) {
				t.Fatalf("expected %d bytes, got %d", batch.Count*batch.Size, result.Bytes)
			}
		})
	}
}

func TestFailuresHaveTheirClass(t *testing.T) {
	netns, _ := place(t)
	for class, batch := range map[string]dial.Batch{
		"refused":     {Kind: dial.CRR, To: []string{"127.0.0.1:81"}},
		"unreachable": {Kind: dial.CRR, To: []string{"192.0.2.1:80"}},
	} {
		batch.Netns, batch.Count = netns, 3
		if result := run(t, batch); result.Failed[class] != 3 || result.OK != 0 {
			t.Errorf("expected 3 %s, got %+v", class, result)
		}
	}
	// The responder takes no datagrams there, and the connected socket hears so.
	if result := run(t, dial.Batch{Kind: dial.UDP, Netns: netns, To: []string{"127.0.0.1:54"}, Count: 2}); result.Failed["refused"] != 2 {
		t.Errorf("expected 2 refused, got %+v", result)
	}
}

func TestAnswersOfStrangersAreCounted(t *testing.T) {
	netns, _ := place(t)
	batch := dial.Batch{Kind: dial.CRR, Netns: netns, To: []string{"127.0.0.1:80"}, Count: 5, Expect: []string{"default/b"}}
	if result := run(t, batch); result.Misrouted != 5 || result.OK != 5 {
		t.Fatalf("expected 5 misrouted, got %+v", result)
	}
}

func TestABatchThatCannotBeginIsAnError(t *testing.T) {
	for text, batch := range map[string]dial.Batch{
		"expected a batch of crr":    {Kind: "ping", To: []string{"127.0.0.1:80"}},
		"expected an address":        {Kind: dial.CRR, To: []string{"localhost:80"}},
		"at least one address":       {Kind: dial.CRR},
		"expected close to be":       {Kind: dial.CRR, To: []string{"127.0.0.1:80"}, Close: "linger"},
		"open network namespace /no": {Kind: dial.CRR, To: []string{"127.0.0.1:80"}, Netns: "/no"},
	} {
		if _, err := dial.Run(context.Background(), batch); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("expected %q, got %v", text, err)
		}
	}
}

func TestSamplesAreAppendedBlockByBlock(t *testing.T) {
	netns, _ := place(t)
	file := filepath.Join(t.TempDir(), "samples")
	batch := dial.Batch{
		Kind: dial.CRR, Netns: netns, From: "default/c", To: []string{"127.0.0.1:80", "127.0.0.1:81"}, Count: 4,
		Samples: file, Labels: map[string]string{"path": "direct"},
	}
	run(t, batch)
	run(t, batch)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	for ; len(content) > 0; blocks++ {
		if string(content[:4]) != dial.SamplesMagic {
			t.Fatalf("expected a block, got %q", content[:4])
		}
		head, columns := int(binary.LittleEndian.Uint32(content[4:])), int(binary.LittleEndian.Uint32(content[8:]))
		var header struct {
			From     string
			Count    int
			Backends []string
			Labels   map[string]string
		}
		if err := json.Unmarshal(content[12:12+head], &header); err != nil {
			t.Fatal(err)
		}
		if header.From != "default/c" || header.Count != 4 || header.Backends[1] != "default/a" || header.Labels["path"] != "direct" {
			t.Fatalf("got %+v", header)
		}
		last := content[12+head+columns-4 : 12+head+columns]
		if string(last) != "\x00\x01\x00\x01" {
			t.Fatalf("expected ok and refused in turn, got %v", last)
		}
		content = content[12+head+columns:]
	}
	if blocks != 2 {
		t.Fatalf("expected 2 blocks, got %d", blocks)
	}
}

func TestABatchEndsByItsTimeOrItsContext(t *testing.T) {
	netns, _ := place(t)
	timed := dial.Batch{Kind: dial.RR, Netns: netns, To: []string{"127.0.0.1:80"}, DurationMs: 30}
	if result := run(t, timed); result.OK == 0 || result.Elapsed().Milliseconds() < 30 {
		t.Fatalf("expected answers for 30 ms, got %+v", result)
	}
	stream := dial.Batch{Kind: dial.Stream, Netns: netns, To: []string{"127.0.0.1:80"}, DurationMs: 30}
	if result := run(t, stream); result.Bytes == 0 || result.Count != 1 {
		t.Fatalf("expected one stream of 30 ms, got %+v", result)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	result, err := dial.Run(ended, timed)
	if err != nil || result.Count != 0 {
		t.Fatalf("got %+v, %v", result, err)
	}
}
