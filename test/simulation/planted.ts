/**
 * Tells stories over shipped code with a mistake planted in it, until one is caught:
 *
 *   node test/simulation/planted.ts <name of a plant, or nothing> <stories at most> <first seed>
 *
 * Prints one line of JSON: how many stories were told, and what the last one ended with.
 */
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PLANTS, type Plant } from "./plants.ts";

const [, , name, most, first = "1"] = process.argv;
const plant = PLANTS.find((each) => each.name === name);
if (name !== "" && plant === undefined) throw new Error(`there is no plant "${name}"`);

let sown = 0;
if (plant !== undefined) {
  const target = pathToFileURL(join(import.meta.dirname, "../..", plant.file)).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== target || loaded.source === undefined) return loaded;
      sown += 1;
      return { ...loaded, source: sow(plant, Buffer.from(loaded.source as Uint8Array).toString()) };
    },
  });
}

// Loaded only now, so that the hook sees all of it.
const { tell } = await import("./story.ts");
if (plant !== undefined && sown !== 1) throw new Error(`${plant.file} was loaded ${sown} times`);
let caught: string | undefined;
let stories = 0;
while (caught === undefined && stories < Number(most)) {
  try {
    await tell({ seed: Number(first) + stories++ });
  } catch (cause) {
    caught = cause instanceof Error ? cause.message : String(cause);
  }
}
process.stdout.write(`\n${JSON.stringify({ stories, caught })}\n`);

function sow({ file, find, replace }: Plant, source: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} has ${places} places for the plant: ${find}`);
  return source.replace(find, () => replace);
}
