/**
 * Returns a slug that is made from a name: its letters without accents and its digits, in lower case, with hyphens between the words. A
 * name without any of these gives a random slug.
 */
export function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const slug = (words ?? []).join("-").slice(0, 100).replace(/-$/, "");
  return slug === "" ? `organization-${crypto.randomUUID().slice(0, 8)}` : slug;
}
