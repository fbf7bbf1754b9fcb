import { keymap } from "@tiptap/pm/keymap";
import type { Command, Plugin } from "@tiptap/pm/state";
import { commands, type EditorCommand } from "./commands/commands.ts";

/** Binds every command that names a shortcut. */
export function keysPlugin(): Plugin {
  const bindings: Record<string, Command> = {};
  for (const { shortcut, run } of Object.values(commands) as EditorCommand[])
    if (shortcut !== undefined) bindings[shortcut] = run;
  // Held modifiers must not change what deleting one character does.
  for (const [name, same] of [
    ["Shift-Backspace", "Backspace"],
    ["Shift-Delete", "Delete"],
    // The same key on many keyboards.
    ["=", "+"],
  ] as const) {
    const run = bindings[same];
    if (run !== undefined) bindings[name] = run;
  }
  return keymap(bindings);
}
