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
    }
  } catch {
    // Storage is blocked: the system's theme and our own choices are fine.
  }
})();
