import { createHash, timingSafeEqual } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { problem } from "./problem.ts";
import { askingOf, bearerOf } from "./callers.ts";
import { CONTENT_TYPE } from "./metrics/exposition.ts";
import type { Readiness } from "./readiness.ts";

export interface OperatorPorts {
  readonly readiness: Readiness;
  /** In Prometheus' text format. */
  readonly metricsPage: () => Promise<string>;
  /** Lets its bearer in from anywhere. */
  readonly metricsToken: string | undefined;
}

type Env = { Bindings: HttpBindings };

/** Pages for whoever runs the server, and for their tools: no guest may see them. */
export function createOperatorPages({ readiness, metricsPage, metricsToken }: OperatorPorts): Hono<Env> {
  const app = new Hono<Env>();
  app.on("GET", ["/readyz", "/metrics"], (c, next) => {
    const bearer = bearerOf(askingOf(c));
    const isOperator = bearer === undefined ? isLocal(c) : metricsToken !== undefined && isSame(bearer, metricsToken);
    return isOperator ? next() : Promise.resolve(problem(c, 403, "forbidden", FOR_OPERATORS));
  });
  app.get("/readyz", async (c) => {
    const ready = await readiness.ask();
    c.header("Cache-Control", "no-store");
    return ready.ok ? c.json({ status: "ready" }) : problem(c, 503, "not-ready", ready.error);
  });
  app.get("/metrics", async (c) => {
    const page = await metricsPage();
    return c.body(page, 200, { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" });
  });
  return app;
}

const FOR_OPERATORS =
  "This page is for whoever runs the server: ask on its machine, or with METRICS_TOKEN as a bearer token.";

/** Asked from this machine, by its own name, and not through a proxy on it, which asks for strangers. */
function isLocal(c: Context<Env>): boolean {
  const { socket, headers } = c.env.incoming;
  return (
    /^(127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? "") &&
    /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(headers.host ?? "") &&
    !PROXY_HEADERS.some((name) => name in headers)
  );
}

const PROXY_HEADERS = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/** In a time that says nothing about how much of it is right. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
