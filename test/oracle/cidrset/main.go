// Answers with what Kubernetes' node IPAM decides: reads one JSON operation a line from standard input, writes one
// JSON answer a line to standard output. Operations are decisions, made one after the other, without time or API:
//
//	{"op":"start","clusterCIDRs":["10.0.0.0/16"],"masks":[24],"serviceCIDRs":[],"nodes":[{"name":"a","podCIDRs":[..]}]}
//	{"op":"sync","name":"b","podCIDRs":[],"patch":"ok"}   what the controller does when it sees this node
//	{"op":"delete","name":"b"}                            the node is gone
//	{"op":"set","cidr":"10.0.0.0/16","mask":24}           a bare set: next, occupy and release speak to it
//	{"op":"next"}   {"op":"occupy","cidr":".."}   {"op":"release","cidr":".."}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"

	"k8s.io/klog/v2"
	netutils "k8s.io/utils/net"
)

type operation struct {
	Op           string      `json:"op"`
	ClusterCIDRs []string    `json:"clusterCIDRs"`
	Masks        []int       `json:"masks"`
	ServiceCIDRs []string    `json:"serviceCIDRs"`
	Nodes        []nodeState `json:"nodes"`
	Name         string      `json:"name"`
	PodCIDRs     []string    `json:"podCIDRs"`
	Patch        string      `json:"patch"`
	CIDR         string      `json:"cidr"`
	Mask         int         `json:"mask"`
}

type nodeState struct {
	Name     string   `json:"name"`
	PodCIDRs []string `json:"podCIDRs"`
}

type answer struct {
	CIDRs []string `json:"cidrs,omitempty"`
	Error string   `json:"error,omitempty"`
}

func main() {
	klog.SetLogger(klog.Logger{})
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(out)
	for lines.Scan() {
		var op operation
		if err := json.Unmarshal(lines.Bytes(), &op); err != nil {
			fmt.Fprintf(os.Stderr, "cidrset-oracle: %v in %s\n", err, lines.Text())
			os.Exit(1)
		}
		cidrs, err := decide(op)
		reply := answer{CIDRs: cidrs}
		if err != nil {
			reply.Error = err.Error()
		}
		if err := answers.Encode(reply); err != nil {
			os.Exit(1)
		}
		// A caller that waits for each answer gets it; one that sends many at once does not wait for each write.
		if err := out.Flush(); err != nil {
			os.Exit(1)
		}
	}
}

func decide(op operation) ([]string, error) {
	switch op.Op {
	case "start":
		return nil, start(op)
	case "sync":
		return syncNode(op)
	case "delete":
		return nil, deleteNode(op.Name)
	case "set":
		return nil, newSet(op)
	case "next":
		return allocateNext()
	case "occupy":
		return nil, onSet(op, bare.Occupy)
	case "release":
		return nil, onSet(op, bare.Release)
	}
	return nil, fmt.Errorf("unknown operation %q", op.Op)
}

func parseAll(texts []string) ([]*net.IPNet, error) {
	cidrs := make([]*net.IPNet, len(texts))
	for i, text := range texts {
		_, cidr, err := netutils.ParseCIDRSloppy(text)
		if err != nil {
			return nil, err
		}
		cidrs[i] = cidr
	}
	return cidrs, nil
}
