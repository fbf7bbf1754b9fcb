import { Reader, type Writer } from "@sheaf/protocol";

/**
 * updates := group of each update • (varUint(length) of each group) • columns of each group
 *
 * Updates of one length by one client differ in few bytes, at the same places. So they make a group, and a
 * group is written column by column, each byte less the one above it: most become zero.
 */
export function writeUpdates(writer: Writer, updates: readonly Uint8Array[]): void {
  const groups = new Map<string, { readonly index: number; readonly members: Uint8Array[] }>();
  for (const update of updates) {
    const key = `${update.length} ${firstClient(update)}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { index: groups.size, members: [] }));
    group.members.push(update);
    writer.varUint(group.index);
  }
  for (const { members } of groups.values()) writer.varUint(members[0]!.length);
  for (const { members } of groups.values()) writer.bytes(toColumns(members));
}

/** The counterpart; what it returns is only valid when the reader has not failed. */
export function readUpdates(reader: Reader, count: number): Uint8Array[] {
  const groupOf: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < count && !reader.failed; i++) {
    // Groups are numbered as they appear.
    const group = reader.varUint(sizes.length);
    groupOf.push(group);
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const lengths = sizes.map(() => reader.varUint(reader.bytes.length));
  const groups = sizes.map((size, group) => {
    const length = lengths[group]!;
    return { length, bytes: fromColumns(reader.fixedBytes(size * length), size, length), next: 0 };
  });
  if (reader.failed) return [];
  return groupOf.map((index) => {
    const group = groups[index]!;
    const start = group.next++ * group.length;
    return group.bytes.subarray(start, start + group.length);
  });
}

function toColumns(members: readonly Uint8Array[]): Uint8Array {
  const length = members[0]!.length;
  const columns = new Uint8Array(length * members.length);
  let at = 0;
  for (let column = 0; column < length; column++) {
    let above = 0;
    for (const member of members) {
      columns[at++] = member[column]! - above;
      above = member[column]!;
    }
  }
  return columns;
}

/** @returns The members one after another. */
function fromColumns(columns: Uint8Array, size: number, length: number): Uint8Array {
  const members = new Uint8Array(columns.length);
  let at = 0;
  for (let column = 0; column < length && at < columns.length; column++) {
    let above = 0;
    for (let member = 0; member < size; member++) {
      above = (above + columns[at++]!) & 255;
      members[member * length + column] = above;
    }
  }
  return members;
}

/** Whose structs an update begins with. A guess for what is no update does no harm: it only sorts. */
function firstClient(update: Uint8Array): number {
  const reader = new Reader(update);
  reader.varUint();
  reader.varUint();
  return reader.varUint();
}
