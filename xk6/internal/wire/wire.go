// Package wire is what dialers and responders say to each other. Every answer names the pod that gave it.
//
// On a TCP connection a request begins with one byte. Name is answered by a length byte and the name. Stream has an
// eight-byte count behind it (little endian) and is answered like Name, and then by so many bytes. Anything else is
// taken for HTTP. A UDP datagram is a request of eight bytes that tell it from others, filled up to any size; the answer
// is these eight bytes and the name.
package wire

import "encoding/binary"

// First bytes of requests; HTTP begins with a capital letter.
const (
	Name   = 1
	Stream = 2
)

// BackendHeader names the pod in answers of HTTP.
const BackendHeader = "X-Backend"

// MaxName is the longest name that fits behind its length byte; a Kubernetes namespace and name with a slash take at
// most 63 + 1 + 253, of which the end is cut off.
const MaxName = 255

// StreamRequest is the request for so many bytes.
func StreamRequest(bytes uint64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{Stream}, bytes)
}

// StreamRequestSize is the length of StreamRequest.
const StreamRequestSize = 9

// TagSize is the part of a datagram that comes back.
const TagSize = 8

// NameFrame is the answer that names a pod.
func NameFrame(name string) []byte {
	name = name[:min(len(name), MaxName)]
	return append([]byte{byte(len(name))}, name...)
}
