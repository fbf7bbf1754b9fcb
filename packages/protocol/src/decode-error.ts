/** Why a frame could not be read. Each closes the connection: a peer that sends one of these is not speaking our dialect. */
export type DecodeError =
  | { readonly code: "unknown-kind"; readonly kind: number }
  | { readonly code: "malformed"; readonly kind: number };
