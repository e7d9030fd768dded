/** Now as Kubernetes writes a Time: RFC 3339 in whole seconds. */
export function nowSeconds(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
