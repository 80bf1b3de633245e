/** How much JSON is parsed. */
export interface JsonLimits {
  /** How many values, those in others included. */
  values: number;
  /** How deep lists and objects are in each other. */
  depth: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether JSON in `text` is over `limits`: then parsing it would take many times the memory that its text does. Looks at each character
 * once, up to the one that is too much; whether the text is JSON at all is for the parser to say.
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

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === QUOTE) return place;
    if (code === BACKSLASH) place++;
  }
  return text.length;
}
