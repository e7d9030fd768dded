/** What a peer process is asked to do, and what it answers. A peer lives in one namespace: see peer.ts. */
export const PORT = 7000;

export type PeerRequest =
  | {
      readonly op: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly bytes: number;
      /** Source port; the kernel's choice otherwise. */
      readonly localPort?: number;
    }
  | {
      readonly op: 'udp';
      readonly host: string;
      readonly port: number;
      readonly bytes: number;
      /** Source address; the kernel's choice otherwise. */
      readonly from?: string;
      /** Connected sockets hear of ICMP errors. */
      readonly connected?: boolean;
      /** How long to wait for the answer, in ms. */
      readonly patience?: number;
    }
  /** Opens a connection that {@link PeerRequest} `say` uses. */
  | { readonly op: 'open'; readonly host: string; readonly port: number; readonly localPort?: number }
  | { readonly op: 'say'; readonly bytes: number }
  /** Sends datagrams one millisecond apart until `stop-flood`. */
  | { readonly op: 'flood'; readonly host: string; readonly port: number }
  | { readonly op: 'stop-flood' };

/** One exchange, as both ends saw it. */
export interface Exchange {
  /** Address that the server saw the client at. */
  readonly seen: string;
  /** Name of the place that answered. */
  readonly server: string;
  /** Address that the answer came from. */
  readonly answeredBy: string;
  /** Bytes that came back (TCP) or that the server got in one datagram (UDP). */
  readonly bytes: number;
}

export interface Flood {
  readonly sent: number;
  readonly answered: number;
}

export type PeerReply = Exchange | Flood | null;
