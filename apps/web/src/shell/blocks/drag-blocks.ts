import { type BlockRun, moveBlocks } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import type { Transaction } from "@tiptap/pm/state";
import { blockAfter, blockAtHeight, blockBefore, elementsOf, indexOfBlock } from "./block-dom.ts";
import { shade } from "./shade.ts";

/** A press becomes a drag once it has gone this far. */
const SLACK = 4;
/** Near the edge of the window the page scrolls, the faster the nearer. */
const EDGE = 72;
const FASTEST = 14;

/**
 * Follows a press on the handle. When it becomes a drag, a line shows between which blocks these would go, and they go
 * there at its end; Escape leaves them where they are. Others may write meanwhile, also above and in these blocks.
 *
 * @param began - Told when the press becomes a drag, `ended` when that is over.
 */
export function dragBlocks(
  editor: Editor,
  run: BlockRun,
  press: PointerEvent,
  { began, ended }: { readonly began: () => void; readonly ended: () => void },
): void {
  const { view } = editor;
  const over = new AbortController();
  const { signal } = over;
  let { from, to } = run;
  let y = press.clientY;
  let isDragging = false;
  let unshade = (): void => {};
  let line: HTMLElement | null = null;

  const moved = (event: PointerEvent): void => {
    y = event.clientY;
    if (!isDragging && Math.hypot(event.clientX - press.clientX, y - press.clientY) > SLACK) begin();
    if (isDragging) drawLine();
  };

  function begin(): void {
    isDragging = true;
    began();
    const elements = elementsOf(view, run);
    if (elements !== null) unshade = shade(...elements);
    line = document.createElement("div");
    line.className = "drop-line";
    document.getElementById("surface")?.append(line);
    document.documentElement.dataset["dragging"] = "blocks";
    requestAnimationFrame(scroll);
  }

  function drawLine(): void {
    if (line === null) return;
    const gap = gapAt(editor, y);
    line.style.top = `${Math.round(gap.top + scrollY)}px`;
    line.style.left = `${Math.round(gap.left + scrollX)}px`;
    line.style.width = `${Math.round(gap.width)}px`;
  }

  function scroll(): void {
    if (signal.aborted) return;
    const [above, below] = [EDGE - y, y - (innerHeight - EDGE)];
    const by = above > 0 ? -above : Math.max(0, below);
    if (by !== 0) {
      scrollBy(0, Math.sign(by) * Math.min(FASTEST, Math.ceil(Math.abs(by) / 5)));
      drawLine();
    }
    requestAnimationFrame(scroll);
  }

  const others = ({ transaction }: { readonly transaction: Transaction }): void => {
    if (!transaction.docChanged) return;
    from = transaction.mapping.map(from, 1);
    to = transaction.mapping.map(to, -1);
    if (from >= to) end(false);
  };

  function end(isMeant: boolean): void {
    over.abort();
    editor.off("transaction", others);
    unshade();
    line?.remove();
    delete document.documentElement.dataset["dragging"];
    if (!isDragging) return;
    if (isMeant && editor.isEditable) {
      const { position } = gapAt(editor, y);
      view.focus();
      moveBlocks({ from, to }, position)(view.state, view.dispatch);
    }
    ended();
  }

  addEventListener("pointermove", moved, { signal });
  addEventListener("pointerup", () => end(true), { signal });
  addEventListener("pointercancel", () => end(false), { signal });
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !isDragging) return;
      event.preventDefault();
      event.stopPropagation();
      end(false);
    },
    { signal, capture: true },
  );
  editor.on("transaction", others);
}

/** A place between two blocks: on the page, and in the document. */
interface Gap {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly position: number;
}

function gapAt({ view }: Editor, y: number): Gap {
  const block = blockAtHeight(view, y);
  const { doc } = view.state;
  if (block === null) return { top: 0, left: 0, width: 0, position: 0 };
  const rect = block.getBoundingClientRect();
  const isAfter = y > (rect.top + rect.bottom) / 2;
  const beside = (isAfter ? blockAfter(block) : blockBefore(block))?.getBoundingClientRect();
  const edge = isAfter ? rect.bottom : rect.top;
  // In the middle of the room between the two.
  const top = beside === undefined ? edge + (isAfter ? 4 : -4) : (edge + (isAfter ? beside.top : beside.bottom)) / 2;
  let position = 0;
  for (let at = indexOfBlock(block) + (isAfter ? 1 : 0); at > 0; at--) position += doc.child(at - 1).nodeSize;
  return { top: top - 1, left: rect.left, width: rect.width, position };
}
