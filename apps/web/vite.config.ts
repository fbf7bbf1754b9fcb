import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { inlineFirstPaint } from "./build/inline-first-paint.ts";
import { listFiles } from "./build/list-files.ts";
import { precompress } from "./build/precompress.ts";
import { preloadText } from "./build/preload-text.ts";

/** `vite` alone serves the page and hands /sync and /api to a server on this machine; SHEAF_SERVER names another one. */
const server = process.env["SHEAF_SERVER"] ?? "http://127.0.0.1:3000";

export default defineConfig({
  plugins: [react(), inlineFirstPaint(), preloadText(), listFiles(), precompress()],
  build: {
    target: "es2022",
    // The first of each to have light-dark(); what it is spelled out as for older ones is looked up for every element.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Fonts and pictures as data: would be stopped by the page's policy, and are cached better as files.
    assetsInlineLimit: 0,
    // One stylesheet, known before the first paint: the bar arrives later than the text and must not move it.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", "service-worker": "worker/service-worker.ts" },
      output: {
        // A service worker serves what lies beside and below it, and is found again by its name.
        entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js"),
        // Before the text come a few files of a like size, also where the bar uses a part of one. Each costs a request, but
        // what is in a large one takes the page's thread longer to begin: 35 ms in two files, 30 in four, 23 in six.
        codeSplitting: {
          groups: [
            { name: "yjs", tags: ["$initial"], test: /[\\/](yjs|lib0|y-protocols)[\\/]/ },
            { name: "page", tags: ["$initial"], test: /^(?!.*service-worker)/ },
            { name: "prose", test: /[\\/]prosemirror-(model|state|transform|view)[\\/]/ },
          ],
        },
      },
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: "127.0.0.1",
    // The server accepts its own origin only.
    proxy: {
      "/sync": { target: server, ws: true, changeOrigin: true, rewriteWsOrigin: true },
      "/api": {
        target: server,
        changeOrigin: true,
        configure: (proxy) => proxy.on("proxyReq", (request) => request.setHeader("Origin", server)),
      },
    },
  },
  preview: { host: "127.0.0.1" },
});
