package dial

import (
	"bufio"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/sys/unix"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/wire"
)

// connection is an HTTP/1.1 connection on a blocking socket.
type connection struct {
	fd     int
	reader *bufio.Reader
}

// httpLoop makes GET requests, on one connection for each address or on fresh ones. Any 2xx is an answer; its backend is
// what the header says, and nameless servers are counted as "".
func httpLoop(c *client) error {
	connections := map[uint32]*connection{}
	defer func() {
		for _, open := range connections {
			unix.Close(open.fd)
		}
	}()
	for c.next() {
		index, to := c.target()
		request := c.httpRequest(to)
		at := clock.Now()
		connectNs := int64(noConnect)
		open := connections[index]
		if open == nil {
			fd, err := socket(to, unix.SOCK_STREAM, c.timeout, c.Close != "fin")
			if err != nil {
				return err
			}
			begin := clock.Now()
			err = connect(fd, to)
			connectNs = clock.Now() - begin
			if err != nil {
				c.sample(index, at, connectNs, 0, outcomeOf(err), unnamed)
				unix.Close(fd)
				continue
			}
			open = &connection{fd, bufio.NewReader(fdReader(fd))}
			connections[index] = open
		}
		begin := clock.Now()
		name, keep, err := open.get(request)
		c.sample(index, at, connectNs, clock.Now()-begin, outcomeOf(err), c.number([]byte(name)))
		if !keep {
			unix.Close(open.fd)
			delete(connections, index)
		}
	}
	return nil
}

func (c *client) httpRequest(to *target) []byte {
	path, host, state := c.Path, c.Host, ""
	if path == "" {
		path = "/"
	}
	if host == "" {
		host = to.text
	}
	if c.Fresh {
		state = "Connection: close\r\n"
	}
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: podnet\r\n%s\r\n", path, host, state)
}

// get sends a request and reads the whole answer; keep says whether the connection can take another one.
func (o *connection) get(request []byte) (backend string, keep bool, err error) {
	if err := write(o.fd, request); err != nil {
		return "", false, err
	}
	response, err := http.ReadResponse(o.reader, nil)
	if err != nil {
		return "", false, httpError(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return "", false, httpError(err)
	}
	if response.StatusCode/100 != 2 {
		return "", false, errMalformed
	}
	return response.Header.Get(wire.BackendHeader), !response.Close, nil
}

// httpError is the error below what the parser says, where there is one.
func httpError(err error) error {
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		return errClosed
	}
	if _, known := outcomeOfError[err]; known {
		return err
	}
	return errMalformed
}

type fdReader int

func (fd fdReader) Read(buffer []byte) (int, error) {
	n, err := read(int(fd), buffer)
	if err == errClosed {
		return 0, io.EOF
	}
	return n, err
}
