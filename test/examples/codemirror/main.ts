/** A shared text in CodeMirror, with the carets of the others: stock Yjs libraries, and a Sheaf server that keeps it. */
import { defaultKeymap } from "@codemirror/commands";
import { EditorView, keymap } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

// ?server=wss://notes.example.org/y&document=plans&name=Ana&token=…
const address = new URLSearchParams(location.search);
const server = address.get("server") ?? "ws://localhost:3000/y";
const name = address.get("name") ?? "Somebody";
// A shared server wants a room token; one on this machine wants none.
const token = address.get("token");

const doc = new Y.Doc();
const text = doc.getText("text");
const provider = new WebsocketProvider(server, address.get("document") ?? "codemirror", doc, {
  params: token === null ? {} : { token },
});
const hue = doc.clientID % 360;
provider.awareness.setLocalStateField("user", {
  name,
  color: `hsl(${hue} 70% 40%)`,
  colorLight: `hsl(${hue} 70% 85%)`,
});

const status = document.querySelector("#status")!;
provider.on("status", (event) => (status.textContent = event.status));

const view = new EditorView({
  doc: text.toString(),
  extensions: [
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Shared text" }),
    // One's own undo, never the others' words: Yjs keeps it, so CodeMirror's own history stays out.
    keymap.of([...yUndoManagerKeymap, ...defaultKeymap]),
    yCollab(text, provider.awareness, { undoManager: new Y.UndoManager(text) }),
  ],
});
document.querySelector("#editor")!.append(view.dom);
