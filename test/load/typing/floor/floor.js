// A Tiptap editor as its documentation has it, without collaboration: what everything else is measured against.
import { Editor } from "@tiptap/core";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import { TableKit } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";

const content = await (await fetch("content.json")).json();
globalThis.editor = new Editor({
  element: document.getElementById("editor"),
  extensions: [StarterKit, TaskList, TaskItem, TableKit],
  content,
});
// Heights are known after one full layout.
if (location.search === "?skips") {
  requestAnimationFrame(() => requestAnimationFrame(() => document.body.classList.add("skips")));
}
