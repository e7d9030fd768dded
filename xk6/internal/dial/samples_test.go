package dial_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"churnlab.dev/xk6/internal/dial"
)

func TestSamplesAreReadInPieces(t *testing.T) {
	file := filepath.Join(t.TempDir(), "batch.samples")
	if piece, err := dial.ReadSamples(file, 0); err != nil || len(piece) != 0 {
		t.Fatalf("expected nothing of a file that is not there, got %d bytes, %v", len(piece), err)
	}
	written := bytes.Repeat([]byte("PNS1 and more"), 200_000)
	if err := os.WriteFile(file, written, 0o600); err != nil {
		t.Fatal(err)
	}
	var read []byte
	for {
		piece, err := dial.ReadSamples(file, int64(len(read)))
		if err != nil {
			t.Fatal(err)
		}
		if len(piece) == 0 {
			break
		}
		read = append(read, piece...)
	}
	if !bytes.Equal(read, written) {
		t.Fatalf("expected the %d bytes that were written, got %d", len(written), len(read))
	}
	for range 2 {
		if err := dial.RemoveSamples(file); err != nil {
			t.Fatal(err)
		}
	}
}
