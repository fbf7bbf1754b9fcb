import WebSocket from "ws";
import { SUBPROTOCOL } from "@sheaf/protocol";

/** The HTTP status of a WebSocket handshake: 101, or the refusal before it. */
export async function handshake(url: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const ws = new WebSocket(url.replace("http", "ws") + path, [SUBPROTOCOL], { headers: { ...headers } });
  ws.on("error", () => {});
  return new Promise((resolve) => {
    ws.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    ws.on("open", () => {
      resolve(101);
      ws.close();
    });
  });
}
