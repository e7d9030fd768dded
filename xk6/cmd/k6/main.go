// k6 with k6/x/podnet in it: what `xk6 build --with churnlab.dev/xk6=.` generates.
package main

import (
	_ "churnlab.dev/xk6" // registers the extension
	"go.k6.io/k6/cmd"
)

func main() {
	cmd.Execute()
}
