/** Parts of the palette: the field that finds, and the map of the keys. */
export type PalettePart = "find" | "help";

let open: (part: PalettePart) => void = () => {};

/** Sets the function that opens the palette, once its code has loaded. */
export function setPalette(opener: typeof open): void {
  open = opener;
}

/** Opens the palette. */
export const openPalette = (part: PalettePart): void => open(part);
