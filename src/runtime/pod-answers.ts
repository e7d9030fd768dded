import fs from 'node:fs';
import path from 'node:path';
import type { NamespaceDaemon } from '../kernel/index.ts';
import type { Pod } from '../kube/index.ts';
import type { RuntimeNode } from './config.ts';
import { type AnsweringPod, type AnsweringPort, Responder } from './responder.ts';

const NAME = 'podnet-responder';
/** As in the mount namespace of the node. */
const SOCKET = '/run/churnlab/responder.sock';
const NETNS_DIR = '/run/netns';

/**
 * What stands for the processes of a node's pods: once a responder is started, each pod answers on its container ports
 * with its name. The responder holds sockets in the pods' namespaces, so a pod is taken out before its namespace goes.
 */
export class PodAnswers implements Disposable {
  readonly #node: RuntimeNode;
  readonly #daemon: NamespaceDaemon;
  readonly #log: (message: string, error: unknown) => void;
  readonly #pods = new Map<string, AnsweringPod>();
  #starting: Promise<void> | undefined;
  #responder: Responder | undefined;
  #isDisposed = false;

  constructor(node: RuntimeNode, daemon: NamespaceDaemon, log: (message: string, error: unknown) => void) {
    this.#node = node;
    this.#daemon = daemon;
    this.#log = log;
  }

  /** Starts the responder of this node, once; pods that are there answer when this resolves. */
  start(program: string): Promise<void> {
    this.#starting ??= this.#start(program).catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async #start(program: string): Promise<void> {
    if (this.#responder) return;
    fs.mkdirSync(path.dirname(this.#socket), { recursive: true });
    const log = path.join(this.#node.daemon, 'responder.log');
    const spec = { name: NAME, daemon: this.#daemon, program, listensAt: SOCKET, socket: this.#socket, log };
    await this.#use(await Responder.start(spec));
  }

  /** Takes over the responder that an earlier life of the runtime started, if it did. */
  async restore(): Promise<void> {
    if (await Responder.runs(NAME, this.#daemon)) await this.#use(await Responder.connect(this.#socket));
  }

  /** A pod is attached: it answers from now on, if it has ports and there is a responder. */
  async add(id: string, pod: Pod): Promise<void> {
    const ports = portsOf(pod);
    if (ports.length === 0) return;
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const answering = { id, name, netns: path.join(NETNS_DIR, id), ports };
    this.#pods.set(id, answering);
    if (this.#responder) await this.#tell(this.#responder, answering);
  }

  /** A pod's sandbox is to go: nothing of it answers when this resolves. */
  async remove(id: string): Promise<void> {
    this.#pods.delete(id);
    // Without a connection the responder is between two lives, and its sockets are gone.
    await this.#responder?.remove(id).catch(() => {});
  }

  /** Takes out what an earlier life of the runtime left of pods whose sandbox is no more. */
  async sweep(sandboxes: ReadonlySet<string>): Promise<void> {
    const known = (await this.#responder?.list()) ?? [];
    await Promise.all(known.filter((id) => !sandboxes.has(id)).map((id) => this.remove(id)));
  }

  get #socket(): string {
    return path.join(this.#node.root, SOCKET);
  }

  async #use(responder: Responder): Promise<void> {
    this.#responder = responder;
    responder.onClose(() => {
      this.#responder = undefined;
      if (!this.#isDisposed)
        this.restore().catch((error: unknown) => this.#log('reach the responder', error));
    });
    await Promise.all([...this.#pods.values()].map((pod) => this.#tell(responder, pod)));
  }

  /** A pod that cannot answer is a pod all the same. */
  async #tell(responder: Responder, pod: AnsweringPod): Promise<void> {
    try {
      await responder.add(pod);
      // Gone meanwhile: its removal may have come there first.
      if (!this.#pods.has(pod.id)) await responder.remove(pod.id);
    } catch (error) {
      this.#log(`answer for ${pod.name}`, error);
    }
  }

  /** Leaves the responder running: pods outlive their runtime, and so do their answers. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#responder?.[Symbol.dispose]();
  }
}

function portsOf(pod: Pod): AnsweringPort[] {
  return pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ containerPort, protocol = 'TCP' }) =>
      protocol === 'SCTP'
        ? []
        : [{ port: containerPort, protocol: protocol === 'UDP' ? 'udp' : 'tcp' } as const],
    ),
  );
}
