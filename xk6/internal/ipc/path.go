package ipc

import (
	"fmt"
	"os"
	"path/filepath"
)

// maxPath is sun_path of unix(7), less the NUL.
const maxPath = 107

// withShortPath calls use with a path that reaches the socket at file and is short enough for the kernel: a long one is
// reached through a descriptor of its directory.
func withShortPath(file string, use func(string) error) error {
	if len(file) <= maxPath {
		return use(file)
	}
	directory, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer directory.Close()
	return use(fmt.Sprintf("/proc/self/fd/%d/%s", directory.Fd(), filepath.Base(file)))
}
