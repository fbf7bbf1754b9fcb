import { Plugin } from "@tiptap/pm/state";
import { placesPlugin } from "./places.ts";
import type { PicturesPort } from "./port.ts";
import { pictureView } from "./view.ts";

/** Shows pictures, and keeps the places of those on their way. */
export function picturesPlugins(port: PicturesPort): readonly Plugin[] {
  return [
    placesPlugin(),
    new Plugin({
      props: {
        nodeViews: { image: (node, view, getPos) => pictureView(node, view, getPos, port) },
      },
    }),
  ];
}
