import { serveCompaction } from "./thread.ts";

/** For a log whose owner asks for no titles. */
serveCompaction();
