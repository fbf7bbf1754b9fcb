// The floor: ws, and nothing that knows of Yjs. What one says, the others in its room hear; who comes hears what was said
// before in long messages, so that there is a document to open.
import { WebSocketServer } from "ws";

/** Sync step 1 of y-websocket, which asks for a document, and the step 2 that ends an answer. */
const isQuestion = (message) => message[0] === 0 && message[1] === 0;
const ANSWERED = Uint8Array.of(0, 1, 2, 0, 0);
const LONG_BYTES = 10_000;

const rooms = new Map();
const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, clientTracking: false });
sockets.on("connection", (ws, { url }) => {
  let room = rooms.get(url);
  if (room === undefined) rooms.set(url, (room = { members: new Set(), long: [] }));
  room.members.add(ws);
  ws.on("close", () => room.members.delete(ws));
  ws.on("message", (message) => {
    if (isQuestion(message)) {
      for (const long of room.long) ws.send(long);
      ws.send(ANSWERED);
      return;
    }
    if (message.length > LONG_BYTES) room.long.push(message);
    for (const other of room.members) if (other !== ws) other.send(message);
  });
});
sockets.on("listening", () => console.log(`http://127.0.0.1:${sockets.address().port}`));
