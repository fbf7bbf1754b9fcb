/** What a session may do, weakest first; the index is the number on the wire. */
export const ROLES = ["viewer", "commenter", "editor", "owner"] as const;
export type Role = (typeof ROLES)[number];

export const mayEdit = (role: Role): boolean => role === "editor" || role === "owner";
