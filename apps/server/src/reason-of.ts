/** What was thrown, as a sentence for the operator. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
