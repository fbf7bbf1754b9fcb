/** Pictures: their toolbar, how far one on its way is, and why it is not there. */
export const PICTURES = {
  picture: "Picture",
  altText: "Alt text",
  altTextHint: "Say what the picture shows",
  keepAltText: "Keep alt text",
  keepTip: "Keep  Enter",

  onItsWay: "Picture on its way",
  sent: "Sent",
  retry: "Retry",
  remove: "Remove",
  reading: "Fetching the picture…",
  waiting: "Waiting for the server…",
  sending: "Sending the picture…",

  tooLarge: (megabytes: number) => `A picture can have up to ${megabytes} MB here: make it smaller.`,
  notWritable: "Nobody may write here any more.",
  notConnected: "This page is not connected any more.",
  notYours: "This picture is in a document that you may not open.",
  unreadable: "This picture cannot be read.",

  filesLeftOut: (files: number) =>
    `${files === 1 ? "A file was" : `${files} files were`} left out: only pictures can be put here.`,
  picturesLeftOut: (pictures: number) =>
    pictures === 1
      ? "A picture from another site was left out. To have it here, copy the picture itself and paste it."
      : `${pictures} pictures from other sites were left out. To have one here, copy the picture itself and paste it.`,
};
