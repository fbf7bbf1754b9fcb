import { Extension, type Editor, type Extensions, type JSONContent } from "@tiptap/core";
import { gapCursor } from "@tiptap/pm/gapcursor";
import { dropCursor } from "@tiptap/pm/dropcursor";
import type * as Y from "yjs";
import { Binding } from "./binding/binding.ts";
import { randomId, type NewId } from "./binding/ids.ts";
import { bindingPlugin } from "./binding/plugin.ts";
import { blocksInWindow, showRestPlugin } from "./binding/show-rest.ts";
import { blockLooksPlugin } from "./block-looks.ts";
import type { AwarenessLike } from "./carets/awareness.ts";
import { caretsPlugin } from "./carets/plugin.ts";
import { coloursPlugin } from "./code/colours.ts";
import type { CopyText } from "./code/view.ts";
import { openStatePlugin } from "./containers/open-state.ts";
import { escapeTabPlugin } from "./escape-tab.ts";
import { footnotesPlugin } from "./footnotes/plugin.ts";
import { mathPlugin } from "./math/plugin.ts";
import { freshSelectionPlugin } from "./fresh-selection.ts";
import { keysPlugin } from "./keys.ts";
import { lineHint } from "./line-hint.ts";
import type { TellPasteNews } from "./paste/news.ts";
import type { TextFile } from "./paste/file.ts";
import { copyPlugin } from "./paste/copy.ts";
import { paste, type Paste } from "./paste/plugin.ts";
import { pastedAddressPlugin } from "./pasted-address.ts";
import { pastedPictures } from "./pictures/pasted.ts";
import { placesPlugin } from "./pictures/places.ts";
import type { PicturesPort } from "./pictures/port.ts";
import { CodeBlock } from "./schema/blocks.ts";
import { Image } from "./schema/image.ts";
import { schemaExtensions } from "./schema/schema.ts";
import { tablesPlugin } from "./tables/plugin.ts";
import { titleLooks, type Placeholders } from "./title.ts";
import { createRescuer, type RescueOptions } from "./rescue/plugin.ts";
import { nativeEditsPlugin } from "./native-edits.ts";
import { typingRulesPlugins } from "./typing-rules.ts";
import { Undo, undoKeys } from "./undo.ts";
import { blocksWithinReach } from "./within-reach.ts";
import { PLACEHOLDERS } from "./words.ts";

export interface EditorOptions {
  /** `doc.getXmlFragment(DOCUMENT)` */
  readonly fragment: Y.XmlFragment;
  /** Whose carets to show and where to publish one's own; null shows none. */
  readonly awareness: AwarenessLike | null;
  /** Where words wait that have to be put back; without it nobody does. */
  readonly rescue?: RescueOptions | undefined;
  /** What the page does about pictures; without it none is shown or taken. */
  readonly pictures?: PicturesPort | undefined;
  /** Copies code; without it there is no button for it. */
  readonly copyText?: CopyText | undefined;
  /** Told what became of something pasted or dropped that did not come in as it was. */
  readonly pasteNews?: TellPasteNews | undefined;
  /** Ids of toggles this person had open when they left the document; the others are closed. */
  readonly lastOpen?: ReadonlySet<string> | undefined;
  /** Asked when a quote is typed: whether it becomes a curly one. */
  readonly isCurly?: (() => boolean) | undefined;
  readonly newId?: NewId | undefined;
  readonly placeholders?: Placeholders | undefined;
}

export interface EditorParts {
  /** For one `new Editor({ extensions, injectCSS: false })`, which begins with the document; not to be shared between editors. */
  readonly extensions: Extensions;
  /** null until the editor exists and after it was destroyed. */
  undo(): Undo | null;
  binding(): Binding | null;
  /** Resolves when the view shows all of the document: it begins with what fills the window, where one can write already. */
  readonly whenWhole: Promise<void>;
  /** Puts what a file says in the place of the whole document. Resolves to false when it could not be read. */
  readonly replaceAll: (file: TextFile) => Promise<boolean>;
}

/**
 * All an editor of one shared document is made of, in order. Every plugin is there before the view is: one added later
 * would make ProseMirror tear down and rebuild them all. How blocks stand on the page comes with the schema: from a plugin
 * Tiptap would hand it on too late, and the whole text be built twice.
 */
export function createExtensions(options: EditorOptions): EditorParts {
  const {
    fragment,
    awareness,
    rescue,
    pictures,
    copyText,
    pasteNews = () => {},
    lastOpen,
    isCurly,
    newId = randomId,
    placeholders = PLACEHOLDERS,
  } = options;
  const { promise: whenWhole, resolve: whole } = Promise.withResolvers<void>();
  let incoming: Paste | null = null;
  let parts: { readonly editor: Editor; readonly binding: Binding; readonly undo: Undo } | null = null;

  const partsOf = (editor: Editor) => {
    if (parts?.editor === editor) return parts;
    if (parts !== null) throw new Error("createExtensions serves one editor; call it again for another");
    const binding = new Binding(editor.schema, fragment, blocksInWindow());
    parts = { editor, binding, undo: new Undo(binding) };
    return parts;
  };

  const collaboration = Extension.create({
    name: "sheaf",
    // Before everything else: what a person typed is shared before any other plugin reacts to it.
    priority: 10_000,
    onBeforeCreate() {
      // The very nodes the binding has read: the first thing painted is the text, and none of it is compared. Tiptap
      // takes nodes as well as JSON, though its types do not say so.
      this.editor.options.content = partsOf(this.editor).binding.tree.root.node as unknown as JSONContent;
    },
    addProseMirrorPlugins() {
      const { binding, undo } = partsOf(this.editor);
      const { schema } = this.editor;
      const pasted = pictures && pastedPictures(pictures);
      const coming = paste({ schema, binding, pictures: pasted, tell: pasteNews });
      incoming = coming;
      return [
        bindingPlugin(binding, newId),
        showRestPlugin(binding, whole),
        freshSelectionPlugin(binding.doc),
        nativeEditsPlugin(),
        undoKeys(undo),
        ...typingRulesPlugins(isCurly),
        escapeTabPlugin(),
        pastedAddressPlugin(),
        footnotesPlugin(binding),
        keysPlugin(),
        coming.plugin,
        tablesPlugin(),
        copyPlugin(schema, (blob) => pictures?.addressOf(blob) ?? ""),
        ...(pasted === undefined ? [] : [pasted.plugin]),
        ...(pictures === undefined ? [] : [placesPlugin()]),
        ...(rescue === undefined ? [] : [createRescuer(binding, undo, rescue).plugin]),
        ...(awareness === null ? [] : [caretsPlugin(binding, awareness)]),
        openStatePlugin(lastOpen),
        coloursPlugin(),
        mathPlugin(),
        blockLooksPlugin(
          ({ doc }) => titleLooks(doc, placeholders),
          blocksWithinReach,
          (state) => (placeholders.line === undefined ? [] : lineHint(state, placeholders.line)),
        ),
        gapCursor(),
        dropCursor({ class: "drop-cursor", color: false }),
      ];
    },
    onDestroy() {
      parts?.undo.destroy();
      parts?.binding.destroy();
      incoming = null;
      parts = null;
    },
  });

  return {
    extensions: [
      collaboration,
      ...schemaExtensions.map((extension) => {
        if (extension === CodeBlock) return CodeBlock.configure({ copyText });
        return extension === Image ? Image.configure({ port: pictures }) : extension;
      }),
    ],
    undo: () => parts?.undo ?? null,
    binding: () => parts?.binding ?? null,
    whenWhole,
    async replaceAll(file) {
      return parts !== null && incoming !== null && (await incoming.replaceAll(parts.editor.view, file));
    },
  };
}
