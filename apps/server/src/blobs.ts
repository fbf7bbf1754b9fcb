import { Readable } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type DocumentId, mayEdit, parseDocumentId } from "@sheaf/protocol";
import { askingOf, type Caller, type Callers, NOTHING_THERE, refused } from "./callers.ts";
import { type BlobFolder, type BlobHash, isFull, parseBlobHash, type Received } from "./node/blob-folder.ts";
import { addBlob, blobsOnlyIn, bytesOfBlobs, findBlob, forgetBlobs, isHeld } from "./people/blobs.ts";
import type { PeopleFile } from "./people/people-file.ts";
import { HEADER_BYTES, type PictureHeader, readPictureHeader } from "./picture-header.ts";
import { notFound, problem } from "./problem.ts";

export interface BlobPorts {
  readonly people: PeopleFile;
  readonly blobs: BlobFolder;
  readonly callers: Pick<Callers, "of">;
  readonly limits: BlobLimits;
  readonly report: (event: BlobReport) => void;
}

export interface BlobLimits {
  /** Bytes of one file. */
  readonly file: number;
  /** Bytes of all files of one document. */
  readonly document: number;
}

/** A file that a row names is not there: the disk lost it, or somebody deleted it. */
export interface BlobReport {
  readonly kind: "blob-missing";
  readonly document: DocumentId;
  readonly hash: BlobHash;
}

type Env = { Bindings: HttpBindings };

const ALL = "/api/documents/:document/blobs";
const ONE = "/api/documents/:document/blobs/:hash";

/** What a browser unpacks into memory, at four bytes each, for everybody who looks. */
export const MAX_PIXELS = 50_000_000;

/**
 * Pictures, by their hashes. Whoever may write in a document may put one into it; whoever may read the document may
 * have it, by that document's address only, which is looked up at every request. To everybody else there is nothing here.
 */
export function blobRoutes({ people, blobs, callers, limits, report }: BlobPorts): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post(ALL, async (c) => {
    const document = parseDocumentId(c.req.param("document"));
    const caller = callers.of(askingOf(c), false);
    if (!caller.ok) return refused(c, caller.error);
    const before = refusalFor(c, caller.value, document);
    if (document === undefined || before !== undefined) return before ?? notFound(c);
    // As with JSON elsewhere: another site's page cannot send this without being asked for permission.
    if (!/^(application\/octet-stream|image\/[\w.+-]+) *(;|$)/i.test(c.req.header("content-type") ?? "")) {
      return problem(c, 415, "not-bytes", "This address takes a picture's bytes, as application/octet-stream.");
    }
    if (Number(c.req.header("content-length") ?? 0) > limits.file) return tooLarge(c);
    const received = await blobs.receive(c.req.raw.body ?? Readable.from([]), limits.file, HEADER_BYTES);
    if (!received.ok) {
      switch (received.error.code) {
        case "too-large":
          return tooLarge(c);
        case "full":
          return diskFull(c);
        case "cut":
          return problem(c, 400, "cut", "The picture did not come whole: send it again.");
      }
    }
    try {
      return put(c, caller.value, document, received.value);
    } catch (cause) {
      if (isFull(cause)) return diskFull(c);
      throw cause;
    } finally {
      blobs.drop(received.value);
    }
  });

  routes.get(ONE, async (c) => {
    const [document, hash] = [parseDocumentId(c.req.param("document")), parseBlobHash(c.req.param("hash"))];
    const caller = callers.of(askingOf(c), true);
    if (!caller.ok) return refused(c, caller.error);
    if (document === undefined || caller.value.identity.access(document) === undefined) return notFound(c);
    const blob = hash === undefined ? undefined : findBlob(people, document, hash);
    if (blob === undefined) return notFound(c);
    c.header("Cache-Control", "private, max-age=31536000, immutable");
    c.header("ETag", `"${blob.hash}"`);
    if (c.req.header("if-none-match")?.includes(blob.hash) === true) return c.body(null, 304);
    const bytes = await blobs.read(blob.hash);
    if (bytes === undefined) {
      report({ kind: "blob-missing", document, hash: blob.hash });
      return notFound(c);
    }
    c.header("Content-Type", blob.type);
    c.header("Content-Length", String(blob.bytes));
    // Opened by itself it is a picture and nothing else, whatever a browser would like to make of its bytes.
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    if (c.req.method !== "HEAD") return c.body(bytes);
    await bytes.cancel();
    return c.body(null);
  });

  routes.on(["POST", "PUT", "PATCH", "DELETE"], [ALL, ONE], notFound);
  return routes;

  /** All of this within one turn of the event loop: what is true when it begins is true when it ends. */
  function put(c: Context, caller: Caller, document: DocumentId, received: Received): Response {
    // It may have taken minutes to come.
    const refusal = refusalFor(c, caller, document);
    if (refusal !== undefined) return refusal;
    const header = readPictureHeader(received.head);
    if (header === undefined) return problem(c, 415, "no-picture", NO_PICTURE);
    if (header.width * header.height > MAX_PIXELS) return tooManyPixels(c, header);
    const { hash, bytes } = received;
    const isKnown = findBlob(people, document, hash) !== undefined;
    if (!isKnown && bytesOfBlobs(people, document) + bytes > limits.document) return documentFull(c);
    blobs.keep(received);
    try {
      addBlob(people, { ...header, hash, bytes }, { document, by: caller.identity.principal });
    } catch (cause) {
      if (!isHeld(people, hash)) blobs.remove(hash);
      throw cause;
    }
    return c.json({ blob: hash, width: header.width, height: header.height }, 201);
  }

  function tooLarge(c: Context): Response {
    return problem(c, 413, "too-large", `A picture can have up to ${megabytes(limits.file)} here: make it smaller.`);
  }

  function documentFull(c: Context): Response {
    const reason = `The pictures of one document can have up to ${megabytes(limits.document)} together here.`;
    return problem(c, 413, "document-full", reason);
  }
}

/** Takes the files of a purged document away, but for those that another one holds. Throws what `fs` throws. */
export function purgeBlobs(people: PeopleFile, blobs: Pick<BlobFolder, "remove">, document: DocumentId): void {
  for (const hash of blobsOnlyIn(people, document)) blobs.remove(hash);
  forgetBlobs(people, document);
}

/** @returns undefined when they may put something into the document. */
function refusalFor(c: Context, caller: Caller, document: DocumentId | undefined): Response | undefined {
  const role = document === undefined ? undefined : caller.identity.access(document);
  if (role === undefined) return refused(c, NOTHING_THERE);
  if (mayEdit(role)) return undefined;
  return problem(c, 403, "forbidden", "Only those who may write in a document can put pictures into it.");
}

const NO_PICTURE = "Only PNG, JPEG, GIF, WebP and AVIF pictures can be shown here: save it as one of them.";

const tooManyPixels = (c: Context, { width, height }: PictureHeader): Response =>
  problem(
    c,
    413,
    "too-many-pixels",
    `This picture has ${width} × ${height} pixels, and ${MAX_PIXELS / 1e6} million are the most: make it smaller.`,
  );

const diskFull = (c: Context): Response =>
  problem(c, 507, "disk-full", "The server’s disk is full: the picture was not saved. Try again later.");

const megabytes = (bytes: number): string => `${bytes / 1e6} MB`;
