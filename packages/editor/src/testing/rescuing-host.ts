import type * as Y from "yjs";
import { createRescuer, type Rescuer, type RescueOptions } from "../rescue/plugin.ts";
import { tablesPlugin } from "../tables/plugin.ts";
import { Undo } from "../undo.ts";
import { Host } from "./host.ts";

/** An editor without a page that can undo, and puts lost words back when given where they wait. */
export class RescuingHost extends Host {
  readonly undo: Undo;
  /** Puts back what waits, as the plugin does when it is told, and when a composition ends. */
  readonly rescue: () => void;

  constructor(doc: Y.Doc, options: RescueOptions | null) {
    let undo: Undo | null = null;
    let rescuer: Rescuer | null = null;
    super(doc, {
      plugins: (binding) => {
        undo = new Undo(binding);
        if (options === null) return [tablesPlugin()];
        rescuer = createRescuer(binding, undo, options);
        return [tablesPlugin(), rescuer.plugin];
      },
    });
    if (undo === null) throw new Error("the host asked for no plugins");
    this.undo = undo;
    // Plugin views are an editor view's; this is none.
    this.rescue = () => rescuer?.rescue(this);
    options?.lostAndFound.subscribe(this.rescue);
  }
}
