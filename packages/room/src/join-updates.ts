import { Reader, Writer } from "@sheaf/protocol";
import { ClockRanges, writeDeleteSet } from "./clock-ranges.ts";
import { skipContent, STRING } from "./content.ts";
import { GC, HAS_ORIGIN, HAS_PARENT_KEY, HAS_RIGHT_ORIGIN, KIND, PARENT_IS_ROOT } from "./struct-info.ts";
import { skipText } from "./text.ts";
import { type Walk, walkUpdate } from "./walker.ts";

/** A longer one is as short as Yjs makes it, and stays as it is. */
const LONGEST_JOINED_BYTES = 16 * 1024;

/**
 * Makes one update of each stretch in which every client goes on where it stopped, and in it one item of what a client
 * typed letter by letter, as Yjs itself does within a document: in a tenth of the bytes it is the same to whoever applies
 * it. Yjs' own merge keeps the letters, and takes the square of their number.
 *
 * @param updates - Yjs updates (V1). One that cannot be read is given back as it is, in its place.
 */
export function joinUpdates(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = [];
  let stretch = new Stretch();
  const end = (): void => {
    if (!stretch.isEmpty) joined.push(stretch.encode());
    stretch = new Stretch();
  };
  for (const update of updates) {
    const walk = update.length > LONGEST_JOINED_BYTES ? undefined : walkUpdate(update);
    if (walk === undefined || walk.hasSkips) {
      end();
      joined.push(update);
      continue;
    }
    if (!stretch.isContinuedBy(walk)) end();
    stretch.add(update, walk);
  }
  end();
  return joined;
}

/** A struct as its update has it: the bytes before the text and the text, or all of it and none. */
interface Struct {
  readonly head: Uint8Array;
  readonly texts: Uint8Array[];
  /** Before which item it was put, as the update has it; undefined when nothing can be joined to it. */
  readonly right: Uint8Array | undefined;
}

/** Structs of one client without a hole between them. */
interface Section {
  readonly clock: number;
  /** Where it stops. */
  end: number;
  readonly structs: Struct[];
}

class Stretch {
  readonly #sections = new Map<number, Section>();
  readonly #deletions = new ClockRanges();

  get isEmpty(): boolean {
    return this.#sections.size === 0 && this.#deletions.isEmpty;
  }

  isContinuedBy({ runs }: Walk): boolean {
    return runs.every(({ client, from }) => (this.#sections.get(client)?.end ?? from) === from);
  }

  add(update: Uint8Array, walk: Walk): void {
    const reader = new Reader(update);
    const sections = reader.varUint();
    for (let i = 0; i < sections; i++) {
      const structs = reader.varUint();
      const client = reader.varUint();
      const clock = reader.varUint();
      let section = this.#sections.get(client);
      if (section === undefined) this.#sections.set(client, (section = { clock, end: clock, structs: [] }));
      readStructs(reader, structs, client, section);
    }
    this.#deletions.addAll(walk.deletions);
  }

  /** Clients descending as Yjs has them. */
  encode(): Uint8Array {
    const writer = Writer.begin();
    writer.varUint(this.#sections.size);
    for (const [client, { clock, structs }] of [...this.#sections].sort(([a], [b]) => b - a)) {
      for (const value of [structs.length, client, clock]) writer.varUint(value);
      for (const { head, texts } of structs) {
        writer.bytes(head);
        if (texts.length === 0) continue;
        writer.varUint(texts.reduce((size, { length }) => size + length, 0));
        for (const text of texts) writer.bytes(text);
      }
    }
    writeDeleteSet(writer, this.#deletions.entries());
    return writer.finish();
  }
}

/** Adds structs that were walked before. */
function readStructs(reader: Reader, count: number, client: number, section: Section): void {
  const { structs } = section;
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    const info = reader.uint8();
    const hasOrigin = (info & HAS_ORIGIN) !== 0;
    const hasRight = (info & HAS_RIGHT_ORIGIN) !== 0;
    const kind = info & KIND;
    const originClient = hasOrigin ? reader.varUint() : undefined;
    const originClock = hasOrigin ? reader.varUint() : undefined;
    const rightAt = reader.position;
    if (hasRight) skipId(reader);
    const right = reader.bytes.subarray(rightAt, reader.position);
    const isItem = info !== GC;
    if (isItem && !hasOrigin && !hasRight) {
      if (reader.varUint() === PARENT_IS_ROOT) skipText(reader);
      else skipId(reader);
      if ((info & HAS_PARENT_KEY) !== 0) skipText(reader);
    }
    const contentAt = reader.position;
    const length = isItem ? skipContent(reader, kind) : reader.varUint();
    // Of what is under a key only the last counts.
    if (!isItem || kind !== STRING || (info & HAS_PARENT_KEY) !== 0) {
      structs.push({ head: reader.bytes.subarray(start, reader.position), texts: [], right: undefined });
    } else {
      reader.position = contentAt;
      const text = reader.varBytes(reader.bytes.length);
      const last = structs.at(-1);
      const isNext = originClient === client && originClock === section.end - 1;
      if (isNext && last?.right !== undefined && isSame(last.right, right)) last.texts.push(text);
      else structs.push({ head: reader.bytes.subarray(start, contentAt), texts: [text], right });
    }
    section.end += length;
  }
}

function skipId(reader: Reader): void {
  reader.varUint();
  reader.varUint();
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
