/** Percent of the text's width; less could not be taken hold of. */
export const MIN_SHOWN = 10;
export const MAX_SHOWN = 100;

/** What share of the room a picture has `width` pixels are, at most all of it. */
export function percentOf(picture: HTMLElement, width: number): number {
  const room = picture.parentElement;
  if (room === null) return MAX_SHOWN;
  const { paddingLeft, paddingRight } = getComputedStyle(room);
  const inside = room.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  return inside > 0 ? Math.min(MAX_SHOWN, Math.round((width / inside) * 100)) : MAX_SHOWN;
}
