/** A place in one document's log: after row `seq` of the log with this name. */
export interface LogPosition {
  /** 16 bytes; see LOG_ID_BYTES. */
  readonly logId: Uint8Array;
  readonly seq: number;
}
