import { Fragment, type Node } from "@tiptap/pm/model";
import { type Mappable, Step, StepResult } from "@tiptap/pm/transform";

/** A block by its place, and the id it gets. */
export interface Naming {
  readonly position: number;
  readonly id: string | null;
}

/** Gives blocks their ids, all at once: a step for each would copy the list of all blocks as often as there are new ones. */
export class NameStep extends Step {
  readonly #namings: readonly Naming[];

  /** @param namings - In order of the document. */
  constructor(namings: readonly Naming[]) {
    super();
    this.#namings = namings;
  }

  /** From the first block that is named to the start of the last. */
  get range(): readonly [from: number, to: number] {
    return [this.#namings[0]?.position ?? 0, (this.#namings.at(-1)?.position ?? 0) + 1];
  }

  override apply(doc: Node): StepResult {
    return StepResult.ok(doc.copy(renamed(doc.content, 0, this.#namings)));
  }

  override invert(doc: Node): NameStep {
    return new NameStep(
      this.#namings.map(({ position }) => ({
        position,
        id: (doc.nodeAt(position)?.attrs["id"] ?? null) as string | null,
      })),
    );
  }

  override map(mapping: Mappable): NameStep | null {
    const kept = this.#namings.flatMap(({ position, id }) => {
      const { pos, deletedAfter } = mapping.mapResult(position, 1);
      return deletedAfter ? [] : [{ position: pos, id }];
    });
    return kept.length === 0 ? null : new NameStep(kept);
  }

  override toJSON(): unknown {
    return { stepType: "name", namings: this.#namings };
  }
}

/** @param start - Where the content begins. Of it only what has something to be named is made anew. */
function renamed(content: Fragment, start: number, namings: readonly Naming[]): Fragment {
  const children = [...content.content];
  let position = start;
  let next = 0;
  children.forEach((child, index) => {
    const end = position + child.nodeSize;
    const first = next;
    while (next < namings.length && namings[next]!.position < end) next++;
    if (next > first) {
      const own = namings[first]!.position === position ? namings[first] : undefined;
      const inner = namings.slice(own === undefined ? first : first + 1, next);
      const attrs = own === undefined ? child.attrs : { ...child.attrs, id: own.id };
      const within = inner.length === 0 ? child.content : renamed(child.content, position + 1, inner);
      children[index] = child.type.create(attrs, within, child.marks);
    }
    position = end;
  });
  return Fragment.fromArray(children);
}
