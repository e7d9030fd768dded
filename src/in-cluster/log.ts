import { pino } from 'pino';

/** JSON lines on stderr. */
export type Log = ReturnType<typeof openLog>;

/** @param name of the process */
export function openLog(name: string) {
  return pino({ name }, pino.destination({ fd: 2, sync: true }));
}
