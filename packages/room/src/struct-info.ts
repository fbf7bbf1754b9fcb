/** A struct's first byte in an update (V1): what it is, and for an item which references come before its content. */
export const GC = 0;
export const SKIP = 10;

/** Of an item: the kind of its content. */
export const KIND = 0b0001_1111;
export const HAS_PARENT_KEY = 0b0010_0000;
export const HAS_RIGHT_ORIGIN = 0b0100_0000;
export const HAS_ORIGIN = 0b1000_0000;

/** Before the parent of an item without references, where it is a root. */
export const PARENT_IS_ROOT = 1;
