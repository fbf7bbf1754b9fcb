import { Plugin } from "@tiptap/pm/state";
import { calloutView, toggleView } from "./containers/view.ts";
import { codeBlockView, type CopyText } from "./code/view.ts";

/** How blocks with buttons of their own stand on the page. */
export function blockViewsPlugin(copyText: CopyText | undefined): Plugin {
  return new Plugin({
    props: {
      nodeViews: {
        codeBlock: (node, view, getPos) => codeBlockView(node, view, getPos, copyText),
        callout: calloutView,
        toggle: toggleView,
      },
    },
  });
}
