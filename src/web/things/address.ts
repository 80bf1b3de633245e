import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";

/** Time after a key until the address follows. */
const SETTLED_MS = 150;

/** Returns the parameters of the address, and the function that changes some: an empty value removes one. */
export function useAddress() {
  const { path, query, route } = useLocation();
  const own = useRef({ path, query: query as Record<string, string> }).current;
  // Until the next page has loaded, this one stays, and keeps its parameters.
  if (path === own.path) own.query = query;
  const change = (values: Record<string, string>) => {
    const next = new URLSearchParams({ ...own.query, ...values });
    for (const [name, value] of [...next]) if (value === "") next.delete(name);
    route(next.size > 0 ? `${own.path}?${next}` : own.path, true);
  };
  return { query: own.query, change };
}

/** Returns the text of a filter while it is typed. The address has it a moment later. */
export function useTyped(value: string, onSettled: (text: string) => void) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSettled(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText] as const;
}
