/** Runs in a browser: documents written and read again, as the page does it. */
import { RoundTrip } from "@sheaf/editor/testing/round-trip";

Object.assign(globalThis, { roundTrip: new RoundTrip() });
