/** Somewhere in a lab that can be dialled from. */
export interface TrafficPlace {
  /** As it was asked for: `n1`, `default/web`, `outside`. */
  readonly name: string;
  /** Whose dialer makes the sockets: a node, or `outside`. */
  readonly node: string;
  /** Path of the network namespace as every process of the lab sees it; empty for the node's own. */
  readonly netns: string;
  readonly isPod: boolean;
}

/** What traffic needs of a lab. */
export interface TrafficHost {
  /** Folder for sockets and files of traffic; it goes with the lab. */
  readonly directory: string;
  readonly nodes: readonly string[];
  /** Directory of the namespace daemon of a node, or of `outside`. */
  daemon(node: string): string;
  /** Finds a node, a pod (`name` in default, or `namespace/name`) or `outside`. */
  find(target: string): Promise<TrafficPlace>;
  /**
   * From now on pods with container ports answer on them, those that are there and those to come.
   * @param responder path of podnet-responder
   */
  answerForPods(responder: string): Promise<void>;
}

/** Built programs; see lab/tools. */
export interface TrafficPrograms {
  readonly dialer: string;
  readonly responder: string;
  /** For {@link Traffic.script} alone. */
  readonly k6?: string;
}
