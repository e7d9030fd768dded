package limits

import (
	"testing"

	"churnlab.dev/xk6/internal/testnet"
)

func TestReadLooksIntoTheNamespace(t *testing.T) {
	l, err := Read(testnet.New(t))
	if err != nil {
		t.Fatal(err)
	}
	if l.FirstPort >= l.LastPort || l.TimeWait != 0 || l.OpenFiles == 0 || l.ConntrackCount != 0 {
		t.Fatalf("got %+v", l)
	}
}

func TestReservedPorts(t *testing.T) {
	for list, want := range map[string]int{"": 0, "80": 0, "40000": 1, "40000-40009,50000": 11, "32000-33000": 233} {
		if got := reserved(list, 32768, 60999); got != want {
			t.Errorf("%q: expected %d, got %d", list, want, got)
		}
	}
}

func TestTimeWait(t *testing.T) {
	sockstat := "sockets: used 3\nTCP: inuse 1 orphan 0 tw 17 alloc 2 mem 0\nUDP: inuse 0 mem 0"
	if got := timeWait(sockstat); got != 17 {
		t.Fatalf("got %d", got)
	}
}
