import { DOMSerializer, type Schema } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { renderFields } from "../schema/dom-attributes.ts";
import { placesPlugin } from "./places.ts";
import type { PicturesPort } from "./port.ts";
import { pictureView } from "./view.ts";

/** Shows pictures, and says in what is copied where they are, for other documents here. */
export function picturesPlugins(schema: Schema, port: PicturesPort): readonly Plugin[] {
  return [
    placesPlugin(),
    new Plugin({
      props: {
        nodeViews: { image: (node, view, getPos) => pictureView(node, view, getPos, port) },
        clipboardSerializer: new DOMSerializer(
          {
            ...DOMSerializer.nodesFromSchema(schema),
            image: (node) => {
              const blob = node.attrs["blob"] as string | null;
              const src = blob === null ? {} : { src: port.addressOf(blob) };
              return ["img", { ...renderFields(node), ...src, alt: node.attrs["alt"] as string }];
            },
          },
          DOMSerializer.marksFromSchema(schema),
        ),
      },
    }),
  ];
}
