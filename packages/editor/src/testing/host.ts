import { EditorState, type Command, type Plugin, type Transaction } from "@tiptap/pm/state";
import type * as Y from "yjs";
import { Binding, type ViewLike } from "../binding/binding.ts";
import { bindingPlugin } from "../binding/plugin.ts";
import { Tree } from "../binding/tree.ts";
import { DOCUMENT } from "../binding/y-types.ts";
import { createSchema } from "../schema/schema.ts";

/** One schema for all tests: nodes of different schemas never compare equal. */
export const schema = createSchema();

export interface HostOptions {
  readonly plugins?: (binding: Binding) => readonly Plugin[];
  /** How many blocks the view begins with. */
  readonly first?: number;
}

/** An editor without a page: a state, a dispatch loop, and the binding, as a view would hold them. */
export class Host implements ViewLike {
  readonly doc: Y.Doc;
  readonly fragment: Y.XmlFragment;
  readonly binding: Binding;
  state: EditorState;
  composing = false;
  /** Every transaction that reached the state, newest last. */
  readonly transactions: Transaction[] = [];
  /** Y updates this editor caused by itself. */
  readonly updates: Uint8Array[] = [];

  constructor(doc: Y.Doc, options: HostOptions = {}) {
    this.doc = doc;
    this.fragment = doc.getXmlFragment(DOCUMENT);
    this.binding = new Binding(schema, this.fragment, options.first);
    let count = 0;
    const newId = () => `${doc.clientID.toString(36)}-${count++}`;
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === this.binding) this.updates.push(update);
    });
    this.state = EditorState.create({
      schema,
      doc: schema.nodeFromJSON(new Tree(schema, this.fragment, options.first).root.node.toJSON()),
      plugins: [bindingPlugin(this.binding, newId), ...(options.plugins?.(this.binding) ?? [])],
    });
    this.binding.attach(this);
  }

  dispatch(transaction: Transaction): void {
    const { state, transactions } = this.state.applyTransaction(transaction);
    this.transactions.push(...transactions);
    this.state = state;
    this.binding.update();
  }

  /** Runs a command. @returns whether it applied. */
  run(command: Command): boolean {
    return command(this.state, (tr) => this.dispatch(tr));
  }

  /** What a newly opened view would show. */
  render() {
    return new Tree(schema, this.fragment).root.node;
  }
}
