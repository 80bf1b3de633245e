/** Maximum size of JSON that is parsed. */
export interface JsonLimits {
  /** Number of values, including nested ones. */
  values: number;
  /** Nesting depth of arrays and objects. */
  depth: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Returns whether the JSON in `text` exceeds `limits`: parsing it could take many times the memory of the text. Scans each character once,
 * and stops when a limit is exceeded. It does not check that the text is valid JSON.
 */
export function isOverJsonLimits(text: string, { values, depth }: JsonLimits): boolean {
  let found = 1;
  let open = 0;
  for (let place = 0; place < text.length && found <= values && open <= depth; place++) {
    switch (text.charCodeAt(place)) {
      case QUOTE:
        place = endOfString(text, place);
        break;
      case COMMA:
        found++;
        break;
      case LIST:
      case OBJECT:
        found++;
        open++;
        break;
      case END_OF_LIST:
      case END_OF_OBJECT:
        open--;
    }
  }
  return found > values || open > depth;
}

/** Returns the end of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === QUOTE) return place;
    if (code === BACKSLASH) place++;
  }
  return text.length;
}
