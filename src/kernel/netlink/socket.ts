import { KernelError } from '../errno.ts';
import { AF_NETLINK, close, receive, SOCK_RAW, send, setSocketOption, socket } from '../libc.ts';
import type { Netns } from '../netns.ts';
import {
  attributes,
  decode,
  encode,
  type Message,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  type Request,
  textOf,
} from './message.ts';

const NETLINK_ROUTE = 0;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NLMSGERR_ATTR_MSG = 1;
const DUMP_TRIES = 10;

const ON = Uint8Array.of(1, 0, 0, 0);
/** Shared by all sockets: everything here is synchronous, so no two receive at once. */
const receiveBuffer = Buffer.alloc(256 * 1024);

/**
 * A NETLINK_ROUTE socket. It belongs to the namespace in which it was made and stays there, whatever the
 * thread does later, so one socket per namespace serves all calls without entering the namespace again.
 * Requests are answered synchronously.
 */
export class RtSocket implements Disposable {
  readonly #fd: number;
  #sequence = 1;

  private constructor() {
    this.#fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    // Acknowledgements without a copy of the request, and with the kernel's own words on errors.
    setSocketOption(this.#fd, SOL_NETLINK, NETLINK_CAP_ACK, ON);
    setSocketOption(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, ON);
  }

  /** Opens a socket in `netns`, or in the calling thread's namespace. */
  static open(netns?: Netns): RtSocket {
    return netns ? netns.run(() => new RtSocket()) : new RtSocket();
  }

  /**
   * Sends the requests as one batch; the kernel carries them out in order, in one system call. Returns the
   * messages that each one brought back (a GET brings one, most others none).
   * @throws KernelError for the first that failed; those after it were carried out all the same.
   */
  request(...requests: readonly Request[]): Message[][] {
    const replies = this.attempt(...requests);
    for (const reply of replies) if (reply instanceof KernelError) throw reply;
    return replies as Message[][];
  }

  /** As {@link request}, with each failure in its place instead of thrown. */
  attempt(...requests: readonly Request[]): (Message[] | KernelError)[] {
    const first = this.#sequence;
    this.#sequence += requests.length;
    send(
      this.#fd,
      Buffer.concat(
        requests.map((request, i) => encode({ ...request, flags: request.flags | NLM_F_ACK }, first + i)),
      ),
    );
    const replies: (Message[] | KernelError)[] = requests.map(() => []);
    for (let open = requests.length; open > 0; ) {
      const length = receive(this.#fd, receiveBuffer);
      for (const message of decode(receiveBuffer.subarray(0, length))) {
        const index = message.sequence - first;
        if (index < 0 || index >= requests.length) continue;
        if (message.type === NLMSG_ERROR) {
          open--;
          const errno = -message.body.readInt32LE(0);
          if (errno !== 0) replies[index] = failure(requests[index]!, errno, message);
        } else {
          const list = replies[index];
          if (Array.isArray(list)) list.push({ ...message, body: Buffer.from(message.body) });
        }
      }
    }
    return replies;
  }

  /**
   * Lists all objects of a kind. A dump that the kernel reports as interrupted by a change is taken again, so
   * that the list is one consistent state; after {@link DUMP_TRIES} such tries the last one is returned.
   */
  dump(request: Request): Message[] {
    for (let left = DUMP_TRIES; ; left--) {
      const { messages, interrupted } = this.#dumpOnce(request);
      if (!interrupted || left <= 1) return messages;
    }
  }

  #dumpOnce(request: Request): { messages: Message[]; interrupted: boolean } {
    const sequence = this.#sequence++;
    send(this.#fd, encode({ ...request, flags: request.flags | NLM_F_DUMP }, sequence));
    const messages: Message[] = [];
    let interrupted = false;
    for (;;) {
      const length = receive(this.#fd, receiveBuffer);
      for (const message of decode(receiveBuffer.subarray(0, length))) {
        if (message.sequence !== sequence) continue;
        if ((message.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
        if (message.type === NLMSG_DONE) return { messages, interrupted };
        if (message.type === NLMSG_ERROR) throw failure(request, -message.body.readInt32LE(0), message);
        messages.push({ ...message, body: Buffer.from(message.body) });
      }
    }
  }

  [Symbol.dispose](): void {
    close(this.#fd);
  }
}

function failure(request: Request, errno: number, message: Message): KernelError {
  // With NETLINK_CAP_ACK the request's header (16 bytes) follows the code, then the attributes.
  const hint =
    (message.flags & NLM_F_ACK_TLVS) !== 0
      ? textOf(attributes(message.body, 20).get(NLMSGERR_ATTR_MSG))
      : undefined;
  return new KernelError(request.operation, errno, hint);
}
