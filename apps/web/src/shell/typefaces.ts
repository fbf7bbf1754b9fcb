/** From here on what is read is set in the page's own typefaces; `first-paint.js` does it where they were fetched before. */
export function setTypefaces(): void {
  document.documentElement.dataset["typefaces"] = "";
}
