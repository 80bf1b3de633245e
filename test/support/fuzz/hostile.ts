/** Texts that have broken other services. None of them resembles leaked data. */
export const HOSTILE_TEXTS = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "x\udc00",
  "\ufeff",
  "\u202etxt",
  "\u0130\u00df\ufb03",
  "e\u0301",
  "\u0661\u0662",
  "😀".repeat(60),
  "\r\n\t",
  "x".repeat(10_000),
  "%",
  "%00",
  "_%\\",
  "\\",
  '"',
  "'; drop table users; --",
  "' or '1'='1",
  "$1",
  "../../../etc/passwd",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "null",
  "true",
  "*",
  "-0",
  "1e400",
  "NaN",
  "Infinity",
  "99999999999999999999",
  "infinity",
  "0000-00-00T00:00:00Z",
  "2026-02-30T25:61:61Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "+275760-09-13T00:00:00.000Z",
  "-271821-04-20T00:00:00.000Z",
  "2026-01-01",
  "0001-01-01",
  "9999-12-31",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
];

/** Placeholder of a number that is valid in JSON and too large for JavaScript. */
export const BEYOND_NUMBERS = "@beyond numbers@";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** JSON values that have broken other services. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.1,
  2 ** 31,
  2 ** 63,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_VALUE,
  5e-324,
  BEYOND_NUMBERS,
  [],
  {},
  [[[[]]]],
  [null],
  { length: 1 },
  JSON.parse('{ "__proto__": { "is_superuser": true } }'),
  JSON.parse(nested("[", "]", 500)),
];

/** Malformed or unusual bodies. */
export const HOSTILE_BODIES: readonly Uint8Array<ArrayBuffer>[] = [
  ...[
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "1e400",
    "{}{}",
    "\ufeff{}",
    '{"a":1,"a":2}',
    '{"__proto__":{"is_superuser":true}}',
    '{"\\u0000":"\\u0000","\\ud800":"\\udfff\\ud800"}',
    nested("[", "]", 30_000),
    nested('{"a":[', "]}", 8_000).replace("[]", "[1]"),
    `{"a":${"9".repeat(60_000)}}`,
    `"${"x".repeat(70_000)}"`,
  ].map(bytes),
  // Invalid UTF-8.
  Uint8Array.of(0x22, 0xff, 0xfe, 0x22),
  Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d),
];

/** Encoded segments of a path; some of them cannot be decoded. */
export const HOSTILE_SEGMENTS = [
  "%00",
  "%ED%A0%80",
  "%zz",
  "%",
  "%2F",
  "..%2f..",
  "%2e%2e",
  "x".repeat(2_000),
  "0",
  "-1",
  "null",
  "%F0%9F%98%80",
  "*",
  "a;b=c",
  "00000000-0000-4000-8000-000000000000",
];

/** Unusual header values that a client can send. */
export const HOSTILE_HEADER_VALUES = [
  "",
  '"',
  '""',
  "*",
  'W/"1"',
  '"1", "2"',
  "x".repeat(3_000),
  "sch\u00fcssel",
  "a, b;c=d",
  "null",
  "\u00ff\u00fe",
];

/** Headers that no operation documents, but that some part of the service reads. */
export const OTHER_HEADERS: readonly [name: string, value: string][] = [
  ["X-Request-Id", "../..'\"<x>"],
  ["X-Request-Id", "x".repeat(300)],
  ["Origin", "null"],
  ["Origin", "https://elsewhere.example"],
  ["Sec-Fetch-Site", "cross-site"],
  ["Cookie", "access_token=x; refresh_token=y; device=z"],
  ["Cookie", "access_token=%00; =; ;;"],
  ["CF-Connecting-IP", "192.0.2.7"],
  ["CF-Connecting-IP", "::ffff:1.2.3.4%eth0"],
  ["CF-Connecting-IP", "nowhere"],
  ["User-Agent", "x".repeat(5_000)],
  ["User-Agent", "\u00ff"],
  ["Accept", "text/html;q=x, */*;q=-1"],
  ["Accept-Encoding", "nonsense"],
  ["Content-Encoding", "gzip"],
  ["X-HTTP-Method-Override", "DELETE"],
  ["Range", "bytes=0-"],
  ["Range", "bytes=-1,99999999999999999999-"],
  ["Accept", `${"a/b,".repeat(1_000)}*/*`],
  ["Accept", "application/x-ndjson;q=1e999"],
  ["Accept-Language", "x".repeat(3_000)],
  ["Timezone", "+99:99"],
  ["Timezone", "America/../Berlin"],
  ["X-Machine-Name", "%E0%A4%A"],
  ["X-Machine-Name", "\u00ff".repeat(1_000)],
  ["If-Modified-Since", "Thu, 32 Foo 99999 99:99:99 GMT"],
];

/** Invalid values of `Authorization`. */
export const MISSHAPEN_CREDENTIALS: readonly string[] = [
  "",
  "Bearer",
  "Bearer x",
  "Bearer a.b.c",
  "Basic eDp4",
  `Bearer ${"x".repeat(5_000)}`,
  `Bearer ptk_${"x".repeat(75)}`,
  // {"alg":"none"}
  "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
];
