/** A project or a tag that a text may name. */
export interface Named {
  id: string;
  name: string;
}

/** Word that is being typed after `@` or `#`, with its place in the text. */
export interface Word {
  sign: "@" | "#";
  typed: string;
  start: number;
  end: number;
}

/** Meaning of a text: `@project` and `#tag` become ids, and the rest is the description. */
export interface Understood {
  description: string;
  projectId: string | undefined;
  tagIds: string[];
}

const fold = (text: string): string => text.normalize("NFKC").toLocaleLowerCase();

/** Returns the word with a sign at the caret, if there is one. Such a word begins the text or follows a space, so that an address has none. */
export function wordAt(text: string, caret: number): Word | undefined {
  const match = /(?:^|\s)([@#])(\S*(?: \S+)?)$/.exec(text.slice(0, caret));
  const [, sign, typed] = match ?? [];
  if (sign === undefined || typed === undefined) return undefined;
  return { sign: sign as Word["sign"], typed, start: caret - typed.length - 1, end: caret };
}

/** Returns a text without a word, and without a space too many. */
export function withoutWord(text: string, { start, end }: Pick<Word, "start" | "end">): string {
  const before = text.slice(0, start).trimEnd();
  const after = text.slice(end).trimStart();
  return before && after ? `${before} ${after}` : before || after;
}

/** Returns the items whose name contains the typed text: first names that begin with it, then those with a word that does. */
export function findNamed<Item extends Named>(items: readonly Item[], typed: string, limit = 8): Item[] {
  const wanted = fold(typed.trim());
  const rank = ({ name }: Item): number => {
    const folded = fold(name);
    if (folded.startsWith(wanted)) return 0;
    if (folded.includes(` ${wanted}`)) return 1;
    return folded.includes(wanted) ? 2 : 3;
  };
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .filter((found) => found.rank < 3)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, limit)
    .map(({ item }) => item);
}

/** Returns the item whose name a text begins with, and where the name ends. The longest name wins. */
function namedAt(items: readonly Named[], text: string): { item: Named; length: number } | undefined {
  const folded = fold(text);
  const [longest] = items
    .filter(({ name }) => folded.startsWith(fold(name)) && !/[\p{L}\p{N}]/u.test(text[name.length] ?? ""))
    .sort((one, other) => other.name.length - one.name.length);
  if (longest) return { item: longest, length: longest.name.length };
  // One word is enough if only one name begins with it.
  const word = /^\S+/.exec(text)?.[0] ?? "";
  const begun = items.filter(({ name }) => word !== "" && fold(name).startsWith(fold(word)));
  return begun[0] && begun.length === 1 ? { item: begun[0], length: word.length } : undefined;
}

/** Returns the meaning of a text. A name that is not known, or not unique, stays in the description, so that nothing typed is lost. */
export function understand(text: string, projects: readonly Named[], tags: readonly Named[]): Understood {
  let rest = text;
  let projectId: string | undefined;
  const tagIds: string[] = [];
  let place = 0;
  for (;;) {
    const found = /(?:^|(?<=\s))[@#]/.exec(rest.slice(place));
    if (!found) break;
    const start = place + found.index;
    const sign = rest[start];
    const named = namedAt(sign === "@" ? projects : tags, rest.slice(start + 1));
    if (!named) {
      place = start + 1;
      continue;
    }
    if (sign === "@") projectId = named.item.id;
    else if (!tagIds.includes(named.item.id)) tagIds.push(named.item.id);
    rest = withoutWord(rest, { start, end: start + 1 + named.length });
    place = Math.min(start, rest.length);
  }
  return { description: rest.trim(), projectId, tagIds };
}

/** Returns a text as a description in which no name counts. */
export const asWritten = (text: string): Understood => ({
  description: text.trim(),
  projectId: undefined,
  tagIds: [],
});
