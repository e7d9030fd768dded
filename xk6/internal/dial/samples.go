package dial

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"sync"
)

// SamplesMagic begins every block of a file of raw samples.
const SamplesMagic = "PNS1"

// sampleHeader says what the columns of a block are, which come in this order, little endian: at, connect and request
// (float64, ns), to (uint32), backend (uint16), outcome (uint8). The last three are places in the header's lists; a
// connect of -1 was none.
type sampleHeader struct {
	Kind     string            `json:"kind"`
	From     string            `json:"from"`
	Labels   map[string]string `json:"labels"`
	StartNs  int64             `json:"startNs"`
	EndNs    int64             `json:"endNs"`
	Bytes    int64             `json:"bytes"`
	Clients  int               `json:"clients"`
	Count    int               `json:"count"`
	To       []string          `json:"to"`
	Backends []string          `json:"backends"`
	Outcomes []string          `json:"outcomes"`
}

// recording keeps blocks of batches that end at the same time apart.
var recording sync.Mutex

// record appends one block for each client: magic, length of the header, length of the columns (uint32 each), both.
func record(file string, p *plan, clients []*client) error {
	recording.Lock()
	defer recording.Unlock()
	out, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	for _, c := range clients {
		block, err := c.block(p)
		if err != nil {
			return err
		}
		if _, err := out.Write(block); err != nil {
			return err
		}
	}
	return nil
}

// pieceBytes is how much of a file ReadSamples gives at once.
const pieceBytes = 1 << 20

// ReadSamples is a piece of a file that batches have written, for whoever shares no file with the dialer. It is empty at
// the end of the file, and where nothing was written.
func ReadSamples(file string, offset int64) ([]byte, error) {
	in, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return []byte{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer in.Close()
	piece := make([]byte, pieceBytes)
	n, err := in.ReadAt(piece, offset)
	if err != nil && err != io.EOF {
		return nil, err
	}
	return piece[:n], nil
}

// RemoveSamples removes such a file; one that was never written is no error.
func RemoveSamples(file string) error {
	if err := os.Remove(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (c *client) block(p *plan) ([]byte, error) {
	header, err := json.Marshal(sampleHeader{
		Kind: p.Kind, From: p.From, Labels: p.Labels, StartNs: c.startNs, EndNs: c.endNs, Bytes: c.bytes,
		Clients: p.Clients, Count: len(c.at), To: p.To, Backends: c.backends, Outcomes: outcomes,
	})
	if err != nil {
		return nil, err
	}
	const each = 3*8 + 4 + 2 + 1
	block := make([]byte, 0, len(SamplesMagic)+8+len(header)+len(c.at)*each)
	block = append(block, SamplesMagic...)
	block = binary.LittleEndian.AppendUint32(block, uint32(len(header)))
	block = binary.LittleEndian.AppendUint32(block, uint32(len(c.at)*each))
	block = append(block, header...)
	for _, column := range [][]int64{c.at, c.connect, c.request} {
		for _, ns := range column {
			block = binary.LittleEndian.AppendUint64(block, math.Float64bits(float64(ns)))
		}
	}
	for _, to := range c.to {
		block = binary.LittleEndian.AppendUint32(block, to)
	}
	for _, backend := range c.backend {
		block = binary.LittleEndian.AppendUint16(block, backend)
	}
	for _, result := range c.outcome {
		block = append(block, byte(result))
	}
	return block, nil
}
