package respond_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"churnlab.dev/xk6/internal/netns"
	"churnlab.dev/xk6/internal/respond"
	"churnlab.dev/xk6/internal/testnet"
)

func answering(t *testing.T, pods ...respond.Pod) *respond.Responder {
	t.Helper()
	responder, err := respond.New(2)
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods {
		if err := responder.Add(pod); err != nil {
			t.Fatal(err)
		}
	}
	return responder
}

func pod(name, path string, port int) respond.Pod {
	return respond.Pod{ID: name, Name: name, Netns: path, Ports: []respond.Port{{Protocol: "tcp", Port: port}}}
}

func connect(t *testing.T, path string, port int) net.Conn {
	t.Helper()
	var connection net.Conn
	err := netns.Run(path, func() (err error) {
		connection, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

func TestPodsOfTwoNamespacesShareAPortAndKeepTheirNames(t *testing.T) {
	one, two := testnet.New(t), testnet.New(t)
	answering(t, pod("default/one", one, 80), pod("default/two", two, 80))
	for path, name := range map[string]string{one: "default/one", two: "default/two"} {
		connection := connect(t, path, 80)
		fmt.Fprint(connection, "GET / HTTP/1.0\r\n\r\n")
		answer, _ := io.ReadAll(connection)
		if !strings.Contains(string(answer), "X-Backend: "+name+"\r\n") {
			t.Errorf("expected %s, got %s", name, answer)
		}
	}
}

func TestRequestsMayComeInPiecesAndTogether(t *testing.T) {
	path := testnet.New(t)
	answering(t, pod("default/a", path, 80))
	connection := connect(t, path, 80)
	reader := bufio.NewReader(connection)
	for _, piece := range []string{"\x01\x01GET / HT", "TP/1.1\r\nHost: a\r\n", "\r\n\x01"} {
		fmt.Fprint(connection, piece)
	}
	frame := "\x09default/a"
	http := "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nX-Backend: default/a\r\n\r\ndefault/a\n"
	want := frame + frame + http + frame
	got := make([]byte, len(want))
	if _, err := io.ReadFull(reader, got); err != nil || string(got) != want {
		t.Fatalf("expected %q, got %q, %v", want, got, err)
	}
}

func TestNonsenseIsCutOff(t *testing.T) {
	path := testnet.New(t)
	answering(t, pod("default/a", path, 80))
	connection := connect(t, path, 80)
	fmt.Fprint(connection, "\x7fnonsense")
	if answer, _ := io.ReadAll(connection); len(answer) != 0 {
		t.Fatalf("expected no answer, got %q", answer)
	}
}

func TestAPodThatGoesTakesItsConnectionsWithIt(t *testing.T) {
	path := testnet.New(t)
	responder := answering(t, pod("default/a", path, 80))
	if err := responder.Add(pod("default/a", path, 80)); err != nil {
		t.Fatalf("expected a pod that is there to stay: %v", err)
	}
	connection := connect(t, path, 80)
	fmt.Fprint(connection, "\x01")
	if _, err := io.ReadFull(connection, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	responder.Remove("default/a")
	responder.Remove("default/a")
	if answer, _ := io.ReadAll(connection); len(answer) != 0 {
		t.Fatalf("expected the end, got %q", answer)
	}
	if ids := responder.IDs(); len(ids) != 0 {
		t.Fatalf("expected no pods, got %v", ids)
	}
	if err := responder.Add(pod("default/b", path, 80)); err != nil {
		t.Fatalf("expected the port to be free: %v", err)
	}
}

func TestAPodGetsAllOfItsPortsOrNone(t *testing.T) {
	path := testnet.New(t)
	responder := answering(t, pod("default/a", path, 80))
	both := pod("default/b", path, 81)
	both.Ports = append(both.Ports, respond.Port{Protocol: "tcp", Port: 80})
	if err := responder.Add(both); err == nil || !strings.Contains(err.Error(), "80/tcp for default/b: address already in use") {
		t.Fatalf("got %v", err)
	}
	if err := responder.Add(pod("default/c", path, 81)); err != nil {
		t.Fatalf("expected 81 to be free: %v", err)
	}
}
