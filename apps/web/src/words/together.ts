/** Who comes, goes and writes, for who follows somebody and for who hears it. */
export const TOGETHER = {
  follow: (name: string) => `Follow ${name}`,
  followWords: "go to caret jump people here",
  following: (name: string) => `Following ${name}`,
  notInText: (name: string) => `${name} is not in the text yet. Following.`,
  stopFollowing: (name: string) => `Stop following ${name}`,
  stopTip: "Stop  Esc",

  joined: (names: string) => `${names} joined.`,
  left: (names: string) => `${names} left.`,
  beside: (names: string, count: number) => `${names} ${count === 1 ? "is" : "are"} in your paragraph.`,
  chatted: (names: string) => `${names} wrote in the chat.`,
};
