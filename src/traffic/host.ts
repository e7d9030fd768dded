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

/** Files of a pod of k6, as its containers see them. */
export interface ScriptFiles {
  /** Of the dialer beside k6. */
  readonly socket: string;
  readonly samples: string;
  readonly summary: string;
}

/** What a pod of k6 is started with. */
export interface ScriptStart {
  /** A DNS label that no other script of the run has. */
  readonly name: string;
  readonly image: string;
  /** The pod on whose node it runs. */
  readonly beside: TrafficPlace;
  /** What `k6 archive` made of the script. */
  readonly archive: Buffer;
  /** For PODNET_CONFIG. */
  readonly config: string;
  /** For `k6 run`, without spaces in them. */
  readonly args: readonly string[];
}

/** A pod with k6 and a dialer in it. Disposing of it takes it away. */
export interface ScriptPod extends AsyncDisposable {
  /** Where its connections come from. */
  readonly place: TrafficPlace;
  readonly dialer: DialerProcess;
  /** Resolves when k6 has ended: its exit code, and what it printed and logged. */
  ended(signal: AbortSignal | undefined): Promise<{ readonly exitCode: number; readonly output: string }>;
}

/** Runs k6 in pods of the lab. */
export interface ScriptPods {
  files(name: string, beside: TrafficPlace): ScriptFiles;
  start(script: ScriptStart): Promise<ScriptPod>;
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
  /** Absent: k6 runs on this machine, and has dialers dial. */
  readonly scriptPods?: ScriptPods;
}

/** Built programs; see lab/tools. */
export interface TrafficPrograms {
  readonly dialer: string;
  readonly responder: string;
  /** For {@link Traffic.script} alone. */
  readonly k6?: string;
  /** Image with the same k6, where the lab's pods can have it: scripts then run in pods. */
  readonly k6Image?: string;
}
