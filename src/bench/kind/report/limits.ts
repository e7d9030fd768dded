/** What limits a figure of this suite. */
export const KIND_LIMITS = {
  up: {
    title: 'Lab up',
    brief: 'kubeadm and the start of Kubernetes, on the cores that there are',
    text: `Half of it is \`kubeadm init\` until the API answers, then the workers join at once. Images are loaded into the nodes
beside that. What is left is the start of our pods, and the kubelets' grain of a second in which they see that containers run.`,
  },
  burst: {
    title: 'Pods at once',
    brief: 'processor time that plugin and agent take from kubelet and containerd',
    text: `Both kinds of pods need a sandbox, a shim, a container and three writes of status, which is what takes the time. A network of
the pod's own adds a namespace, the start of plugins (ours and the loopback's), and the agent's work.`,
  },
  memory: {
    title: 'Memory',
    brief: 'Node itself',
    text: `Half of an agent's resident memory is the text of Node, whose pages all agents and operators of a machine share; it counts in each.`,
  },
  waves: {
    title: 'Waves',
    brief: 'kubelet and containerd',
    text: `\`pod.sandbox.network\` is what the network took by the agent's own account; \`containerd.network\` what containerd waited for all plugins,
the start of their processes included. Means, so that parts add up.`,
  },
  restart: {
    title: 'Restart of an agent',
    brief: 'the start of two containers, one after the other, and of Node in both',
    text: `The pod is deleted, as an upgrade does it: the agent ends, the DaemonSet's controller makes another pod, whose first container looks
after the plugin, whose second is the agent. eBPF programs, maps and routes stay meanwhile. An ADD waits in the plugin.`,
  },
} as const;
export type KindLimit = keyof typeof KIND_LIMITS;
