package main

import (
	"net"

	"k8s.io/kubernetes/pkg/controller/nodeipam/ipam/cidrset"
)

var bare *cidrset.CidrSet

func newSet(op operation) error {
	cidrs, err := parseAll([]string{op.CIDR})
	if err != nil {
		return err
	}
	bare, err = cidrset.NewCIDRSet(cidrs[0], op.Mask)
	return err
}

func allocateNext() ([]string, error) {
	cidr, err := bare.AllocateNext()
	if err != nil {
		return nil, err
	}
	return []string{cidr.String()}, nil
}

func onSet(op operation, do func(*net.IPNet) error) error {
	cidrs, err := parseAll([]string{op.CIDR})
	if err != nil {
		return err
	}
	return do(cidrs[0])
}
