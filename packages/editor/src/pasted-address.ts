import { Plugin, TextSelection } from "@tiptap/pm/state";
import { addressIn, setLink } from "./commands/links.ts";

/**
 * An address pasted over words links them; pasted alone it is a link. Not when it is pasted without formatting, which
 * asks for the characters and nothing else.
 */
export function pastedAddressPlugin(): Plugin {
  let isPlain = false;
  const note = (_view: unknown, { shiftKey }: KeyboardEvent): boolean => {
    isPlain = shiftKey;
    return false;
  };
  return new Plugin({
    props: {
      // As ProseMirror decides by itself about what is pasted.
      handleDOMEvents: { keydown: note, keyup: note },
      handlePaste(view, event) {
        const data = event.clipboardData;
        const text = data?.getData("text/plain").trim() ?? "";
        const found = addressIn(text);
        const { selection, schema } = view.state;
        const type = schema.marks["link"];
        if (isPlain || found === null || found.length !== text.length || type === undefined) return false;
        if (!(selection instanceof TextSelection) || !selection.$from.parent.type.allowsMarkType(type)) return false;
        if (selection.$from.marks().some((mark) => mark.type.spec.code === true)) return false;
        if (!selection.empty) return setLink(found.href)(view.state, view.dispatch);
        // What was copied from a page brings its own link, and the words of it.
        if (data?.types.includes("text/html") === true) return false;
        const marks = type.create({ href: found.href }).addToSet(selection.$from.marks());
        view.dispatch(view.state.tr.replaceSelectionWith(schema.text(text, marks), false).scrollIntoView());
        return true;
      },
    },
  });
}
