/**
 * Has the browser keep this build, so that the page opens without its server. Where there are no service workers, as on
 * plain http in a local network, and where one is not let in, nothing is missing but that.
 */
export function workOffline(): void {
  // The types say it is always there.
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (workers === undefined || !import.meta.env.PROD) return;
  workers.register(workerUrl(), { updateViaCache: "none" }).catch(() => {});
}

const WORKER = "/service-worker.js";

interface TrustedTypesLike {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: () => string },
  ): { createScriptURL(url: string): string };
}

/** The page's policy takes script addresses only from this rule, which knows one (D13). */
function workerUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypesLike };
  if (trustedTypes === undefined) return WORKER;
  return trustedTypes.createPolicy("sheaf-worker", { createScriptURL: () => WORKER }).createScriptURL(WORKER);
}
