/** The page's composition root: the text first, everything around it after. */
import "./styles/index.css";
import type { DocumentId } from "@sheaf/protocol";
import { createAppearance } from "./appearance.ts";
import { openDocument, type Visitor } from "./open-document.ts";
import { createMe, isUnknown } from "./person.ts";
import { type DocumentRoute, goTo, goToFresh, readRoute, recallLast } from "./route.ts";

const wasUnknown = isUnknown();
const visitor: Visitor = {
  me: createMe(),
  appearance: createAppearance(),
  // Where nothing is remembered, nobody can tell.
  isNewcomer: wasUnknown && !isUnknown(),
};
const route = readRoute();

if (route.kind === "document") openDocument(route, visitor);
else {
  const { key } = route;
  void import("./shell/join-page.tsx").then(({ mountJoin }) => {
    mountJoin({ key, me: visitor.me, enter: (document) => openDocument(routeTo(document), visitor) });
  });
}

/** An owner comes for no document in particular. */
function routeTo(document: DocumentId | undefined): DocumentRoute {
  const wanted = document ?? recallLast();
  return wanted === undefined ? goToFresh() : goTo(wanted);
}
