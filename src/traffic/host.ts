/** Somewhere in a lab that can be dialled from. */
export interface TrafficPlace {
  /** As it was asked for: `n1`, `default/web`, `outside`. */
  readonly name: string;
  /** Whose dialer makes the sockets: a node, or `outside`. */
  readonly node: string;
  /** Path of the network namespace as every process of the lab sees it; empty for the node's own. */
  readonly netns: string;
  readonly isPod: boolean;
  /** Which dialer makes the sockets; the node's when absent. */
  readonly dialer?: string;
}

/** A podnet-dialer that is being started, or runs. */
export interface DialerProcess {
  /** Where others reach it, k6 among them. */
  readonly socket: string;
  /**
   * Where it keeps samples until they are asked for, when it is on another machine: that has a clock of its own. Absent:
   * it writes to files of this machine.
   */
  readonly remoteFolder?: string;
  isAlive(): Promise<boolean>;
  /** Its last line of output; empty when it said nothing. */
  lastWords(): Promise<string>;
  /** Ends it; one that has ended is no error. */
  stop(): Promise<void>;
}

/** What traffic needs of a lab. */
export interface TrafficHost {
  /** Folder for sockets and files of traffic; it goes with the lab. */
  readonly directory: string;
  readonly nodes: readonly string[];
  /**
   * The dialer of this name (of a place, or its node).
   * @param program path of podnet-dialer, for those that are started here
   */
  dialer(name: string, program: string): Promise<DialerProcess>;
  /** Directory of the namespace daemon of a node; absent where nodes have none. */
  readonly daemon?: (node: string) => string;
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
