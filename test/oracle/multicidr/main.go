// Answers with what the MultiCIDRRangeAllocator of Kubernetes 1.27 decides: reads one JSON operation a line from
// standard input, writes one JSON answer a line to standard output.
//
//	{"op":"start","clusterCIDRs":[{"metadata":..,"spec":..}],"nodes":[{"name":"a","labels":{},"podCIDRs":[..]}]}
//	{"op":"sync","name":"b","labels":{},"podCIDRs":[]}   what the controller does when it sees this node
//	{"op":"delete","name":"b"}                           the node is gone
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	v1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/nodeipam/ipam"
)

type operation struct {
	Op           string                   `json:"op"`
	ClusterCIDRs []networking.ClusterCIDR `json:"clusterCIDRs"`
	Nodes        []nodeState              `json:"nodes"`
	nodeState
}

type nodeState struct {
	Name     string            `json:"name"`
	Labels   map[string]string `json:"labels"`
	PodCIDRs []string          `json:"podCIDRs"`
}

type answer struct {
	CIDRs []string `json:"cidrs,omitempty"`
	Error string   `json:"error,omitempty"`
}

var (
	allocator ipam.CIDRAllocator
	// What the allocator's lister shows; no informer fills it.
	store cache.Store
	api   *client
)

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var op operation
		if err := json.Unmarshal(lines.Bytes(), &op); err != nil {
			fmt.Fprintf(os.Stderr, "multicidr-oracle: %v in %s\n", err, lines.Text())
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
	}
}

func decide(op operation) ([]string, error) {
	switch op.Op {
	case "start":
		return nil, start(op)
	case "sync":
		return syncNode(op.nodeState)
	case "delete":
		return nil, deleteNode(op.Name)
	}
	return nil, fmt.Errorf("unknown operation %q", op.Op)
}

// A start of the controller: it lists ClusterCIDRs and nodes before it decides anything.
func start(op operation) error {
	api = &client{clusterCIDRs: op.ClusterCIDRs}
	factory := informers.NewSharedInformerFactory(api, 0)
	nodes := factory.Core().V1().Nodes()
	store = nodes.Informer().GetStore()
	list := &v1.NodeList{}
	for _, state := range op.Nodes {
		node := toNode(state)
		list.Items = append(list.Items, *node)
		if err := store.Add(node); err != nil {
			return err
		}
	}
	clusterCIDRs := factory.Networking().V1alpha1().ClusterCIDRs()
	var err error
	params := ipam.CIDRAllocatorParams{}
	allocator, err = ipam.NewMultiCIDRRangeAllocator(context.Background(), api, nodes, clusterCIDRs, params, list, nil)
	return err
}

// What a worker does with a node from its queue. The answer is what stands in the node's object then.
func syncNode(state nodeState) ([]string, error) {
	node := toNode(state)
	if err := store.Add(node); err != nil {
		return nil, err
	}
	api.written = node.Spec.PodCIDRs
	err := allocator.AllocateOrOccupyCIDR(klog.Background(), node)
	state.PodCIDRs = api.written
	return api.written, errors.Join(err, store.Add(toNode(state)))
}

func deleteNode(name string) error {
	object, exists, err := store.GetByKey(name)
	if err != nil || !exists {
		return fmt.Errorf("no node %s: %w", name, err)
	}
	node := object.(*v1.Node)
	if err := store.Delete(node); err != nil {
		return err
	}
	return allocator.ReleaseCIDR(klog.Background(), node)
}

func toNode(state nodeState) *v1.Node {
	node := &v1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: state.Name, Labels: state.Labels},
		Spec:       v1.NodeSpec{PodCIDRs: state.PodCIDRs},
	}
	if len(state.PodCIDRs) > 0 {
		node.Spec.PodCIDR = state.PodCIDRs[0]
	}
	return node
}
