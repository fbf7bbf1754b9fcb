import { blockRunAt, type BlockRun, isRemote, selectBlocks } from "@sheaf/editor";
import type { Transaction } from "@tiptap/pm/state";
import { GripVertical } from "lucide-react";
import {
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Writing } from "../../page.ts";
import { BLOCKS } from "../../words/blocks.ts";
import { keepFocus } from "../action-button.tsx";
import { Icon } from "../icon.tsx";
import { BLOCK_MENU_KEYS, isPressed, keysText } from "../keys-text.ts";
import { blockAtHeight, blockAtIndex, elementsOf, firstLineMiddle, indexOfBlock, isSameThrough } from "./block-dom.ts";
import { BLOCK_MENU, BlockMenu } from "./block-menu.tsx";
import { dragBlocks } from "./drag-blocks.ts";
import { shade } from "./shade.ts";

const SIZE = 24;
const GAP = 6;

/**
 * A grip left of the block under the pointer, or of the one with the caret: a click opens its menu, a drag moves it.
 * It lies on the page beside the text, not in it, so it moves no line; it goes when somebody types here, and until it
 * is wanted again nothing is measured.
 */
export function BlockHandle({ writing }: { readonly writing: Writing }) {
  const { editor } = writing;
  const button = useRef<HTMLButtonElement>(null);
  const [block, setBlock] = useState<HTMLElement | null>(null);
  /** While its menu is open or its block is on its way, it stays where it is. */
  const isHeld = useRef(false);
  /** Finds the block that is meant again, by the pointer or the caret: others may have put another in its place. */
  const find = useRef<() => HTMLElement | null>(() => null);
  const unshade = useRef(() => {});
  const wasDragged = useRef(false);

  const show = useCallback((next: HTMLElement | null) => {
    if (!isHeld.current) setBlock(next);
  }, []);

  const place = useCallback(() => {
    if (button.current === null || block === null) return;
    const { left, top, height } = block.getBoundingClientRect();
    const { style } = button.current;
    style.left = `${Math.max(2, Math.round(left + scrollX - SIZE - GAP))}px`;
    style.top = `${Math.round(top + scrollY + firstLineMiddle(block, height) - SIZE / 2)}px`;
  }, [block]);
  useLayoutEffect(place, [place]);

  useEffect(() => {
    const { view } = editor;
    let frame = 0;
    const soon = (act: () => void): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(act);
    };
    const pointed = ({ clientX, clientY, pointerType, buttons, target }: PointerEvent): void => {
      if (pointerType === "touch" || buttons !== 0 || isHeld.current) return;
      soon(() => {
        const { left, right, top } = view.dom.getBoundingClientRect();
        const isBeside = clientX >= left && clientX <= right && clientY >= top;
        const isOnMenu = target instanceof Element && target.closest("#surface, #bar, dialog") !== null;
        if (!isBeside || isOnMenu) return;
        find.current = () => (editor.isEditable ? blockAtHeight(view, clientY) : null);
        show(find.current());
      });
    };
    const changed = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (transaction.docChanged && !isRemote(transaction)) show(null);
    };
    const atCaret = (): HTMLElement | null => blockAtIndex(view, editor.state.selection.$from.index(0));
    const moved = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (transaction.docChanged || !view.hasFocus() || !editor.isEditable) return;
      soon(() => {
        find.current = atCaret;
        show(atCaret());
      });
    };
    const pressed = (event: KeyboardEvent): void => {
      if (!isPressed(event, BLOCK_MENU_KEYS) || !editor.isEditable) return;
      event.preventDefault();
      find.current = atCaret;
      setBlock(atCaret());
      requestAnimationFrame(() => button.current?.click());
    };
    addEventListener("pointermove", pointed, { passive: true });
    view.dom.addEventListener("keydown", pressed);
    editor.on("transaction", changed).on("selectionUpdate", moved);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("pointermove", pointed);
      view.dom.removeEventListener("keydown", pressed);
      editor.off("transaction", changed).off("selectionUpdate", moved);
    };
  }, [editor, show]);

  // Others write: what stands beside it may be somewhere else now, or gone.
  useEffect(() => {
    if (block === null) return undefined;
    let frame = 0;
    let index = -1;
    const settle = (): void => {
      frame = 0;
      index = indexOfBlock(block);
      if (block.isConnected) place();
      else show(find.current());
    };
    settle();
    const follow = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (!transaction.docChanged || frame !== 0) return;
      // What stands below it moves nothing.
      if (!isSameThrough(index, transaction.before, editor.state.doc)) frame = requestAnimationFrame(settle);
    };
    editor.on("transaction", follow);
    addEventListener("resize", place);
    return () => {
      cancelAnimationFrame(frame);
      editor.off("transaction", follow);
      removeEventListener("resize", place);
    };
  }, [editor, block, place, show]);

  /** What is done is done to all selected blocks, when the one at the handle is among them. */
  function runHere(): BlockRun | null {
    const index = block === null || !editor.isEditable ? -1 : indexOfBlock(block);
    return index < 0 ? null : blockRunAt(editor.state, index);
  }

  function opened(): void {
    isHeld.current = true;
    const run = runHere();
    if (run === null) return;
    selectBlocks(run)(editor.state, editor.view.dispatch);
    const elements = elementsOf(editor.view, run);
    if (elements !== null) unshade.current = shade(...elements);
  }

  function closed(): void {
    isHeld.current = false;
    unshade.current();
    // Where the focus was goes with the menu; what comes next is meant for the text.
    if (document.activeElement === document.body || document.activeElement === button.current) editor.view.focus();
  }

  function pressed(event: ReactPointerEvent): void {
    wasDragged.current = false;
    const run = runHere();
    if (event.button !== 0 || run === null) return;
    dragBlocks(editor, run, event.nativeEvent, {
      began() {
        isHeld.current = true;
        wasDragged.current = true;
      },
      ended() {
        isHeld.current = false;
        setBlock(null);
      },
    });
  }

  if (block === null) return null;
  return (
    <>
      <button
        ref={button}
        type="button"
        className="block-handle"
        popoverTarget={BLOCK_MENU}
        aria-haspopup="menu"
        aria-label={BLOCKS.menu}
        data-tip={BLOCKS.handleTip(keysText(BLOCK_MENU_KEYS))}
        data-tip-side="start"
        onMouseDown={keepFocus}
        onPointerDown={pressed}
        // A drag ends with a click, too.
        onClick={(event) => wasDragged.current && event.preventDefault()}
      >
        <Icon of={GripVertical} />
      </button>
      <BlockMenu writing={writing} opened={opened} closed={closed} takesFocus />
    </>
  );
}
