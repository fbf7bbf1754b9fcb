import { expect, test } from "vitest";
import { nearestColour } from "./nearest-colour.ts";

test.each([
  ["rgb(255, 255, 0)", "yellow"],
  ["rgba(255, 0, 0, 0.8)", "red"],
  ["rgb(224 102 102)", "red"],
  ["rgb(255, 153, 0)", "orange"],
  ["rgb(0, 176, 80)", "green"],
  ["rgb(0, 255, 255)", "teal"],
  ["rgb(74, 134, 232)", "blue"],
  ["rgb(153, 0, 255)", "purple"],
  ["rgb(255, 0, 255)", "pink"],
  ["Yellow", "yellow"],
])("%s is %s", (css, name) => expect(nearestColour(css)).toBe(name));

test.each([
  "rgb(0, 0, 0)",
  "rgb(34, 34, 34)",
  "rgb(255, 255, 255)",
  "rgb(244, 244, 244)",
  "rgb(128, 128, 128)",
  "rgba(255, 0, 0, 0)",
  "transparent",
  "inherit",
  "windowtext",
  "",
])("%s is none: themes have that for themselves", (css) => expect(nearestColour(css)).toBeNull());
