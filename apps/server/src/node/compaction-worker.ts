import { titleOf } from "@sheaf/editor/reading";
import { serveCompaction } from "@sheaf/store/compaction";

/** The compaction thread of the log, which here also knows where a document has its title. */
serveCompaction({ title: titleOf });
