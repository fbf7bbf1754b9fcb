// Before the first paint, so that nobody sees the other theme flash, or the text move to make room for a toolbar. The same names as in src/appearance.ts.
(function () {
  try {
    for (const name of ["theme", "typeface", "toolbar"]) {
      const value = localStorage.getItem("sheaf:" + name);
      if (/^(light|dark|sans|serif|always)$/.test(value || "")) document.documentElement.dataset[name] = value;
    }
    if (localStorage.getItem("sheaf:device") !== null) {
      document.documentElement.dataset.typefaces = "";
      document.getElementById("typeface").media = "all";
    } else {
      // Nothing of a document can be on this device: the newest snapshot of this one is on its way before the script that
      // asks for it is. The same address as in packages/protocol/src/snapshot-answer.ts.
      const id = /^\/d\/([\w.~-]+)\/?$/.exec(location.pathname);
      const preload = { rel: "preload", as: "fetch", crossOrigin: "anonymous" };
      if (id !== null)
        document.head.append(
          Object.assign(document.createElement("link"), preload, { href: `/api/documents/${id[1]}/snapshot` }),
        );
    }
  } catch {
    // Storage is blocked: the system's theme and our own choices are fine.
  }
})();
