import { type Context, Hono } from "hono";
import { type DocumentId, parseDocumentId, type Role } from "@sheaf/protocol";
import { type Log, NOBODY } from "@sheaf/room";
import type { TitleLog } from "@sheaf/store";
import type { Host } from "@sheaf/host";
import { type Caller, type Callers, NOTHING_THERE, refused } from "./callers.ts";
import { type BlobLimits, purgeBlobs } from "./blobs.ts";
import type { BlobFolder } from "./node/blob-folder.ts";
import type { PeopleFile } from "./people/people-file.ts";
import { findPerson } from "./people/principals.ts";
import { listAll, listOf } from "./people/titles.ts";
import { type Discarded, discardedIn, purge, restore, trash } from "./people/trash.ts";
import { problem } from "./problem.ts";

export interface DocumentPorts {
  readonly people: PeopleFile;
  readonly callers: Pick<Callers, "isShared">;
  readonly host: Pick<Host, "reconsider" | "forget">;
  readonly log: Pick<Log, "purge"> & Pick<TitleLog, "last">;
  readonly blobs: Pick<BlobFolder, "remove">;
  readonly limits: BlobLimits;
}

type Env = { Variables: { caller: Caller } };

/** The list of one's documents, and the trash. Behind the middleware that knows who asks. */
export function documentRoutes({ people, callers, host, log, blobs, limits }: DocumentPorts): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/documents", (c) => {
    const { principal } = c.get("caller").identity;
    return c.json({ documents: callers.isShared ? listOf(people, principal) : listAll(people) });
  });

  routes.get("/documents/:document", (c) =>
    inDocument(c, "viewer", (document, role, discarded) =>
      c.json({ document, role, isTrashed: discarded === "trashed", maxPictureBytes: limits.file }),
    ),
  );
  routes.get("/documents/:document/last-change", (c) =>
    inDocument(c, "viewer", async (document) => {
      const last = await log.last(document);
      if (!last.ok || last.value === undefined) return c.body(null, 204);
      const { time, principal } = last.value;
      // What is nobody's may be the server owner's, or have come back by way of somebody who did not write it.
      const person = principal === NOBODY ? undefined : findPerson(people, principal);
      const by = person && { name: person.name, isYou: principal === c.get("caller").identity.principal };
      return c.json({ time, by: by ?? null });
    }),
  );
  routes.post("/documents/:document/trash", (c) =>
    inDocument(c, "owner", (document) => {
      trash(people, document);
      host.reconsider(document);
      return c.body(null, 204);
    }),
  );
  routes.post("/documents/:document/restore", (c) =>
    inDocument(c, "owner", (document) => {
      restore(people, document);
      return c.body(null, 204);
    }),
  );
  routes.delete("/documents/:document", (c) =>
    inDocument(c, "owner", async (document, _role, discarded) => {
      if (discarded === undefined) return problem(c, 409, "not-in-trash", "Move the document to the trash first.");
      // From here on nobody may open it; should the rest fail, the next start makes up for it.
      purge(people, document);
      host.forget(document);
      const purged = await log.purge(document);
      if (!purged.ok) throw new Error(`${document} was not purged: ${purged.error.code}`);
      purgeBlobs(people, blobs, document);
      return c.body(null, 204);
    }),
  );

  return routes;

  /** What is in the trash is there for its owner only; what was purged is there for nobody. */
  function inDocument(
    c: Context<Env>,
    least: "viewer" | "owner",
    answer: (document: DocumentId, role: Role, discarded: Discarded | undefined) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const document = parseDocumentId(c.req.param("document") ?? "");
    const role = document === undefined ? undefined : c.get("caller").given(document);
    const discarded = document === undefined ? undefined : discardedIn(people, document);
    const isHidden = discarded === "purged" || (discarded === "trashed" && role !== "owner");
    if (document === undefined || role === undefined || isHidden) return refused(c, NOTHING_THERE);
    if (least === "owner" && role !== "owner")
      return problem(c, 403, "forbidden", "Only the document's owner may do this.");
    return answer(document, role, discarded);
  }
}
