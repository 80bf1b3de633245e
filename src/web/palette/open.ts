/** Parts of the palette: the field that finds, the choice of an organization, and the map of the keys. */
export type PalettePart = "find" | "scope" | "help";

let open: ((part: PalettePart) => void) | undefined;
let wanted: PalettePart | undefined;

/** Sets the function that opens the palette, once its code has loaded. A part that was wanted before opens now. */
export function setPalette(opener: (part: PalettePart) => void): void {
  open = opener;
  if (wanted) opener(wanted);
  wanted = undefined;
}

/** Opens the palette, or as soon as its code has loaded. */
export function openPalette(part: PalettePart): void {
  if (open) open(part);
  else wanted = part;
}
