/** Waits between attempts to make or remove a sandbox. A kubelet waits about as long (its sync period is 1 s). */
export const SANDBOX_RETRY = { baseMs: 200, maxMs: 10_000 } as const;
