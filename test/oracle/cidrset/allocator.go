package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/nodeipam/ipam"
)

var (
	allocator ipam.CIDRAllocator
	// What the allocator's lister shows; no informer fills it.
	store cache.Store
	api   *patches
)

// A start of the controller: it lists the nodes before it decides anything.
func start(op operation) error {
	clusterCIDRs, err := parseAll(op.ClusterCIDRs)
	if err != nil {
		return err
	}
	serviceCIDRs, err := parseAll(op.ServiceCIDRs)
	if err != nil {
		return err
	}
	params := ipam.CIDRAllocatorParams{ClusterCIDRs: clusterCIDRs, NodeCIDRMaskSizes: op.Masks}
	if len(serviceCIDRs) > 0 {
		params.ServiceCIDR = serviceCIDRs[0]
	}
	if len(serviceCIDRs) > 1 {
		params.SecondaryServiceCIDR = serviceCIDRs[1]
	}
	api = &patches{}
	nodes := informers.NewSharedInformerFactory(api, 0).Core().V1().Nodes()
	store = nodes.Informer().GetStore()
	list := &v1.NodeList{}
	for _, state := range op.Nodes {
		node := toNode(state.Name, state.PodCIDRs)
		list.Items = append(list.Items, *node)
		if err := store.Add(node); err != nil {
			return err
		}
	}
	allocator, err = ipam.NewCIDRRangeAllocator(context.Background(), api, nodes, params, list)
	return err
}

// What a worker does with a node from its queue. The answer is what stands in the node's object then.
func syncNode(op operation) ([]string, error) {
	node := toNode(op.Name, op.PodCIDRs)
	if err := store.Add(node); err != nil {
		return nil, err
	}
	api.outcome, api.written = op.Patch, node.Spec.PodCIDRs
	err := allocator.AllocateOrOccupyCIDR(context.Background(), node)
	return api.written, errors.Join(err, store.Add(toNode(op.Name, api.written)))
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
	return allocator.ReleaseCIDR(klog.Logger{}, node)
}

func toNode(name string, podCIDRs []string) *v1.Node {
	node := &v1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1.NodeSpec{PodCIDRs: podCIDRs}}
	if len(podCIDRs) > 0 {
		node.Spec.PodCIDR = podCIDRs[0]
	}
	return node
}

// An API that knows one request: to patch a node. Anything else is a nil pointer, and should be.
type patches struct {
	kubernetes.Interface
	typedv1.CoreV1Interface
	typedv1.NodeInterface
	// "ok", "timeout" (the server may have written it or not; here it has not) or "refused".
	outcome string
	written []string
}

func (p *patches) CoreV1() typedv1.CoreV1Interface { return p }

func (p *patches) Nodes() typedv1.NodeInterface { return p }

func (p *patches) Patch(_ context.Context, name string, _ types.PatchType, data []byte, _ metav1.PatchOptions, _ ...string) (*v1.Node, error) {
	nodes := v1.Resource("nodes")
	switch p.outcome {
	case "timeout":
		return nil, apierrors.NewServerTimeout(nodes, "patch", 1)
	case "refused":
		return nil, apierrors.NewForbidden(nodes, name, nil)
	}
	var node v1.Node
	if err := json.Unmarshal(data, &node); err != nil {
		return nil, err
	}
	p.written = node.Spec.PodCIDRs
	return &node, nil
}
