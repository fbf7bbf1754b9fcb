/** What carets need of a y-protocols Awareness. */
export interface AwarenessLike {
  readonly clientID: number;
  getStates(): ReadonlyMap<number, unknown>;
  setLocalStateField(field: string, value: unknown): void;
  on(event: "change", listener: (change: AwarenessChange) => void): void;
  off(event: "change", listener: (change: AwarenessChange) => void): void;
}

export interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/** The field of a participant's state that holds their caret. */
export const CARET_FIELD = "caret";
