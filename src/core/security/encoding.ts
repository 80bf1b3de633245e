const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes `bytes` as unpadded base64url (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Decodes `text`, or returns undefined unless it is exactly what `toBase64Url` returns. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!isBase64Url(text)) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Returns whether `text` is canonical base64url: the unused bits of its last character are zero. */
const isBase64Url = (text: string): boolean =>
  /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/.test(text);

/** Encodes `value` as JSON in base64url. */
export const jsonToBase64Url = (value: unknown): string => toBase64Url(encoder.encode(JSON.stringify(value)));

/** Decodes text of `jsonToBase64Url`, or returns undefined for other text. */
export function jsonFromBase64Url(text: string): unknown {
  const bytes = fromBase64Url(text);
  try {
    return bytes && JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns the SHA-256 of `data` (text as UTF-8) in base64url: 43 characters. */
export async function sha256(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Encodes `bytes` in lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Converts `uuid` to its 16 bytes. */
export function uuidToBytes(uuid: string): Uint8Array {
  return Uint8Array.from(uuid.replaceAll("-", "").match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
}

/** Converts 16 `bytes` to a UUID. */
export function bytesToUuid(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
