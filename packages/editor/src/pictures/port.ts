/** What the editor leaves to its page: it knows no server, and sends nothing. */
export interface PicturesPort {
  /** Where this page gets a picture of this document; the same whenever it is asked. */
  readonly addressOf: (blob: string) => string;
  /** The other way round; null for an address that is no picture of this document. */
  readonly blobAt: (address: string) => string | null;
  /** True for the address of a picture that can be had by a page here: one of another document, or data. */
  readonly canFetch: (address: string) => boolean;
  /**
   * Takes over a picture that somebody pasted, dropped or chose. Later the page calls {@link fillPlace} or
   * {@link removePlace} with the key.
   *
   * @param from - A file, or an address for which `canFetch` was true.
   */
  readonly begin: (from: Blob | string) => Arriving;
  /** Pictures of other sites in what was pasted, which no page here may fetch, and files that are no pictures. */
  readonly leftOut: (left: LeftOut) => void;
  /** Calls `listener` whenever what could not be fetched may be there again. @returns a function that stops it. */
  readonly onReturn: (listener: () => void) => () => void;
}

/** A picture that is none of this document's yet. */
export interface Source {
  readonly from: Blob | string;
  /** What is said of it where it comes from, and how wide it was there. */
  readonly alt?: string;
  readonly shown?: number;
}

/** A picture on its way, and what stands in its place until it is there. */
export interface Arriving {
  readonly key: string;
  readonly dom: HTMLElement;
}

export interface LeftOut {
  readonly foreign: number;
  readonly files: number;
}
