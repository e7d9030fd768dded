package main

import (
	"context"
	"encoding/json"

	v1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	typedv1alpha1 "k8s.io/client-go/kubernetes/typed/networking/v1alpha1"
)

// An API that knows what the allocator asks: patch a node, list and update ClusterCIDRs. Anything else is a nil
// pointer, and should be.
type client struct {
	kubernetes.Interface
	clusterCIDRs []networking.ClusterCIDR
	written      []string
}

func (c *client) CoreV1() typedv1.CoreV1Interface { return core{client: c} }

func (c *client) NetworkingV1alpha1() typedv1alpha1.NetworkingV1alpha1Interface {
	return networkingGroup{client: c}
}

type core struct {
	typedv1.CoreV1Interface
	client *client
}

func (c core) Nodes() typedv1.NodeInterface { return nodes{client: c.client} }

type nodes struct {
	typedv1.NodeInterface
	client *client
}

func (n nodes) Patch(_ context.Context, _ string, _ types.PatchType, data []byte, _ metav1.PatchOptions, _ ...string) (*v1.Node, error) {
	var node v1.Node
	if err := json.Unmarshal(data, &node); err != nil {
		return nil, err
	}
	n.client.written = node.Spec.PodCIDRs
	return &node, nil
}

type networkingGroup struct {
	typedv1alpha1.NetworkingV1alpha1Interface
	client *client
}

func (g networkingGroup) ClusterCIDRs() typedv1alpha1.ClusterCIDRInterface {
	return clusterCIDRs{client: g.client}
}

type clusterCIDRs struct {
	typedv1alpha1.ClusterCIDRInterface
	client *client
}

func (c clusterCIDRs) List(context.Context, metav1.ListOptions) (*networking.ClusterCIDRList, error) {
	return &networking.ClusterCIDRList{Items: c.client.clusterCIDRs}, nil
}

func (c clusterCIDRs) Update(_ context.Context, object *networking.ClusterCIDR, _ metav1.UpdateOptions) (*networking.ClusterCIDR, error) {
	return object, nil
}
