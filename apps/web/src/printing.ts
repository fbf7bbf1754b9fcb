/**
 * On paper a link is followed by its address (styles/print.css), but not one whose words are the address. A stylesheet
 * can ask for the one and not for the other, so what to leave out is put together when somebody prints.
 */
export function leaveOutSaidAddresses(text: HTMLElement): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  addEventListener("beforeprint", () => {
    const said = [...text.querySelectorAll("a[href]")].filter((link) => saysItself(link));
    const addresses = new Set(said.map((link) => link.getAttribute("href") ?? ""));
    const rules = [...addresses].map(
      (address) => `.ProseMirror a[href="${CSS.escape(address)}"]::after { content: none; }`,
    );
    sheet.replaceSync(`@media print { ${rules.join("\n")} }`);
  });
}

function saysItself(link: Element): boolean {
  const bare = (text: string): string =>
    text
      .trim()
      .replace(/^(?:https?:\/\/|mailto:)/, "")
      .replace(/\/$/, "");
  return bare(link.textContent) === bare(link.getAttribute("href") ?? "");
}
