// Command kube-proxy-userspace is kube-proxy of the last Kubernetes that had proxy mode userspace: the same command,
// from a main package of ours. That mode raises the limit of open files to 64,000 and ends where it may not; here it
// then stays where it is, and the process goes on with as many connections as that allows.
package main

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/kubernetes/cmd/kube-proxy/app"
)

// As in pkg/proxy/userspace.NewProxier.
const openFiles = 64 * 1000

// linux/seccomp.h; the golang.org/x/sys of that time lacks them.
const (
	seccompSetModeFilter = 1
	seccompFlagTsync     = 1
	seccompRetErrno      = 0x00050000
	seccompRetAllow      = 0x7fff0000
)

func main() {
	if !mayRaise() {
		if err := ignoreRaising(); err != nil {
			fmt.Fprintln(os.Stderr, "kube-proxy-userspace: keep the limit of open files:", err)
			os.Exit(1)
		}
	}
	os.Exit(cli.Run(app.NewProxyCommand()))
}

func mayRaise() bool {
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: openFiles, Max: openFiles}) == nil
}

// ignoreRaising makes prlimit64(2) that sets RLIMIT_NOFILE succeed without an effect, in every thread (seccomp(2)).
func ignoreRaising() error {
	// Offsets in struct seccomp_data: nr, then six arguments of eight bytes from 16 on; low words come first.
	const number, resource, limits = 0, 16 + 8, 16 + 2*8
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	jump := func(value uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: value, Jt: yes, Jf: no}
	}
	end := func(action uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
	}
	filter := []unix.SockFilter{
		load(number),
		jump(unix.SYS_PRLIMIT64, 0, 5),
		load(resource),
		jump(unix.RLIMIT_NOFILE, 0, 3),
		// Without new limits it only asks for those that hold.
		load(limits),
		jump(0, 1, 0),
		end(seccompRetErrno),
		end(seccompRetAllow),
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, seccompSetModeFilter, seccompFlagTsync,
		uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
