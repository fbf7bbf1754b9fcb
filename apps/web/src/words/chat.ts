const newMessages = (count: number): string => (count === 1 ? "1 new message" : `${count} new messages`);

/** What people say about the document, beside it. */
export const CHAT = {
  chat: "Chat",
  newMessages,
  chatWithNew: (count: number) => `Chat: ${newMessages(count)}`,
  messages: "Messages",
  isEmpty: "What is said here stays with the document. Type @ and a name to call somebody.",
  isEmptyForReader: "Nothing has been said here yet.",
  isClosed: "You can read this chat. Who may write in the document may write here.",
  message: "Message",
  mention: "Mention",
  send: "Send",
  sendTip: "Send  Enter",
  notSent: "Not sent yet",
  deleteMessage: "Delete your message",
  delete: "Delete",
  mentionsYou: (name: string, quote: string) => `${name} mentions you in the chat: “${quote}”`,
};
