/**
 * A hot file that is appended to, as two threads share it: the one that serves sockets writes, and says here how far
 * commits go; the storage thread reads on to there, whenever it wants to know.
 */
export interface CurrentFile {
  readonly path: string;
  readonly marker: number;
  /** [bytes through the last commit, 1 once there will be no other]. */
  readonly shared: Int32Array;
}

export const committedIn = ({ shared }: CurrentFile): number => Atomics.load(shared, 0);
export const isFinished = ({ shared }: CurrentFile): boolean => Atomics.load(shared, 1) === 1;

export function commit({ shared }: CurrentFile, bytes: number): void {
  Atomics.store(shared, 0, bytes);
}

export function finish({ shared }: CurrentFile): void {
  Atomics.store(shared, 1, 1);
}
