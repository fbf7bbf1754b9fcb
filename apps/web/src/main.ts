/** The page's composition root: the text first, everything around it after. */
import "./styles/index.css";
import type { DocumentId } from "@sheaf/protocol";
import { createAppearance } from "./appearance.ts";
import { openDocument } from "./open-document.ts";
import { createMe } from "./person.ts";
import { type DocumentRoute, goTo, goToFresh, readRoute, recallLast } from "./route.ts";

const me = createMe();
const appearance = createAppearance();
const route = readRoute();

if (route.kind === "document") openDocument(route, me, appearance);
else {
  const { key } = route;
  void import("./shell/join-page.tsx").then(({ mountJoin }) => {
    mountJoin({ key, me, enter: (document) => openDocument(routeTo(document), me, appearance) });
  });
}

/** An owner comes for no document in particular. */
function routeTo(document: DocumentId | undefined): DocumentRoute {
  const wanted = document ?? recallLast();
  return wanted === undefined ? goToFresh() : goTo(wanted);
}
