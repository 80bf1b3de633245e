/**
 * Functions that the application uses and Node 20 lacks. Imported before the application, which uses them when it is loaded.
 */

type KeyOf<Item, Key> = (item: Item, index: number) => Key;

function groupIntoMap<Item, Key>(items: Iterable<Item>, keyOf: KeyOf<Item, Key>): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

Map.groupBy ??= groupIntoMap;
Object.groupBy ??= <Item, Key extends PropertyKey>(items: Iterable<Item>, keyOf: KeyOf<Item, Key>) =>
  Object.assign(Object.create(null), Object.fromEntries(groupIntoMap(items, keyOf)));
URL.parse ??= (text: string, base?: string) => (URL.canParse(text, base) ? new URL(text, base) : null);
