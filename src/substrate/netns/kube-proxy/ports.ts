/** Where kube-proxy listens on its node's loopback: its own defaults. */
export const METRICS_PORT = 10249;
export const HEALTH_PORT = 10256;
