/**
 * Returns the function to call after a change that may remove the element with the focus. If nothing has the focus then, an element of the
 * selectors gets it: one that was beside the former, or a new one; without any, the title of the page. Earlier selectors come first.
 */
export function keepFocus(root: ParentNode, ...selectors: readonly [string, ...string[]]): () => void {
  const from = document.activeElement;
  if (!from || from === document.body) return () => {};
  const beside = selectors.flatMap((selector) => elementsBeside(from, root, selector));
  return () => {
    // The change is rendered first.
    setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const known = beside.find(({ isConnected }) => isConnected);
      const found = known ?? root.querySelector<HTMLElement>(selectors[0]);
      (found ?? document.querySelector<HTMLElement>("h1"))?.focus();
    });
  };
}

/** Returns the elements of a selector: those after an element, then those before it, nearest first. */
function elementsBeside(from: Element, root: ParentNode, selector: string): HTMLElement[] {
  const all = [...root.querySelectorAll<HTMLElement>(selector)].filter((element) => element !== from);
  const isAfter = (element: Element) =>
    (from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  return [...all.filter(isAfter), ...all.filter((element) => !isAfter(element)).reverse()];
}
