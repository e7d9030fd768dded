/** Anything JSON can hold, as one line of a log. */
export type LogRecord = { readonly [field: string]: unknown };

/**
 * Where an allocator keeps its decisions. The allocator decides in memory and hands the record over; it tells
 * its caller "done" only when the store has.
 */
export interface RecordStore<R extends LogRecord> extends AsyncDisposable {
  /**
   * Reads what is durable, in order, and begins. `snapshot` gives records that stand for the present durable
   * state; the store may replace its history by them, in a turn of the event loop in which no append is
   * resolved but not yet seen by its caller. To be called once, before the first append.
   * @throws IpamError `log-corrupt`, `log-failed`
   */
  open(snapshot: () => Iterable<R>): Promise<readonly R[]>;

  /**
   * Undefined when the record is durable already. Otherwise resolves when it will survive a crash; when it rejects
   * (IpamError `log-failed`), neither it nor any record appended after it and not resolved yet is kept: those reject
   * too.
   */
  append(record: R): Promise<void> | undefined;
}
