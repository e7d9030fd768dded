/** What goes over a port of a virtual machine: JSON lines in both directions; `id` names the command. */

export interface RunRequest {
  readonly op: 'run';
  readonly id: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type HostMessage =
  | RunRequest
  | { readonly op: 'signal'; readonly id: string; readonly signal: NodeJS.Signals }
  /** Answered by `pong`: what a port said before to somebody else ends there. */
  | { readonly op: 'ping'; readonly id: string }
  | { readonly op: 'power-off'; readonly id: string };

export type GuestMessage = { readonly id: string } & (
  | { readonly pong: true }
  /** base64 */
  | { readonly out: string }
  | { readonly err: string }
  | { readonly exit: number }
);

/** Name of port number `n`, from 0 on. Each carries one command at a time. */
export const portName = (n: number): string => `churnlab.${n}`;
export const PORTS = 4;

/** Cuts a stream of bytes into the messages it is made of. */
export class LineParser<T> {
  #rest = '';

  push(chunk: Uint8Array): T[] {
    const lines = (this.#rest + Buffer.from(chunk).toString('latin1')).split('\n');
    this.#rest = lines.pop()!;
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as T];
      } catch {
        return []; // The tail of a line that another client did not read to its end.
      }
    });
  }
}

/** All characters are ASCII: text is escaped, bytes are base64. */
export function encode(message: HostMessage | GuestMessage): string {
  const text = JSON.stringify(message).replaceAll(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
