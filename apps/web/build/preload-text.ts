import type { Plugin } from "vite";

/**
 * Has the page fetch the editor beside the script that asks for it. What reaches the document first runs first: the
 * connection is made while the editor, most of all there is to run, gets ready.
 */
export function preloadText(): Plugin {
  return {
    name: "sheaf-preload-text",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const chunks = new Map(
          Object.values(bundle).flatMap((output) =>
            output.type === "chunk" ? [[output.fileName, output] as const] : [],
          ),
        );
        const text = [...chunks.values()].find(
          ({ facadeModuleId }) => facadeModuleId?.endsWith("/src/writing.ts") === true,
        );
        const entry = [...chunks.values()].find(({ isEntry, name }) => isEntry && name === "index");
        if (text === undefined || entry === undefined) throw new Error("the build has no editor of its own");
        const needed = (chunk: typeof text): readonly string[] => [
          chunk.fileName,
          ...chunk.imports.flatMap((file) => needed(chunks.get(file)!)),
        ];
        // What the entry needs as well is asked for already.
        const asked = new Set(needed(entry));
        return [...new Set(needed(text))]
          .filter((file) => !asked.has(file))
          .map((file) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
            injectTo: "head",
          }));
      },
    },
  };
}
