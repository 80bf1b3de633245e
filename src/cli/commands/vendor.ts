import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dictionary } from "@zxcvbn-ts/language-common";
import { isHelpWanted } from "../flags.ts";
import { print, run } from "../output.ts";

/**
 * Returns the files that `npm run vendor` extracts from installed packages: their content by name in `SECURITY_FOLDER`. The files are
 * committed; run the command again after upgrading hash-wasm or @zxcvbn-ts/language-common.
 */
export function vendoredFiles(): Record<string, Uint8Array> {
  return {
    "blake2b.wasm": readHashWasmBinary("blake2b"),
    "common-passwords.generated.ts": new TextEncoder().encode(commonPasswordsSource()),
  };
}

/** Folder of the vendored files. */
export const SECURITY_FOLDER = fileURLToPath(new URL("../../core/security/", import.meta.url));

const USAGE = "npm run vendor";
const HELP = `Extracts files from installed packages: BLAKE2b in WebAssembly, and the list of common passwords.

Usage: ${USAGE}

  --help   show this help`;

// Three times as many as OWASP ASVS 5.0 (6.2.4) requires. Gzipped, they have 25 KiB; the whole list would have 45 KiB.
const COMMON_PASSWORD_COUNT = 10_000;
/** In Unicode code points. The length rule rejects shorter passwords anyway. */
const SHORTEST_COMMON_PASSWORD = 8;
const LINE_WIDTH = 110;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await run(async () => {
    if (isHelpWanted(USAGE)) return print(HELP);
    for (const [name, content] of Object.entries(vendoredFiles())) {
      writeFileSync(join(SECURITY_FOLDER, name), content);
      print(`${name}: ${content.length} bytes`);
    }
  });
}

/** Reads a binary of hash-wasm, which has it as Base64 in its source and does not export it. */
function readHashWasmBinary(name: string): Uint8Array {
  const source = readFileSync(createRequire(import.meta.url).resolve("hash-wasm/dist/index.esm.js"), "utf8");
  const pattern = new RegExp(`^var name[$\\w]* = "${name}";\\nvar data[$\\w]* = "([A-Za-z0-9+/=]+)";$`, "m");
  const base64 = pattern.exec(source)?.[1];
  if (base64 === undefined) throw new Error(`Not found in this version of hash-wasm: ${pattern}`);
  return Buffer.from(base64, "base64");
}

function commonPasswordsSource(): string {
  const passwords = dictionary["passwords-common"]
    .filter((password) => [...password].length >= SHORTEST_COMMON_PASSWORD)
    .slice(0, COMMON_PASSWORD_COUNT);
  const unusable = passwords.find((password) => !/^[!-~]+$/.test(password) || /[A-Z\\`]|\$\{/.test(password));
  if (unusable !== undefined) throw new Error(`The encoding does not support the characters of ${unusable}`);
  return `// Written by src/cli/commands/vendor.ts from @zxcvbn-ts/language-common (MIT). Decoded by common-passwords.ts.
export const COMMON_PASSWORDS = \`
${wrap(frontCode([...new Set(passwords)].sort()))}
\`;
`;
}

/** Encodes each word as the number of characters that it shares with the word before, as a capital letter, and the other characters. */
function frontCode(sortedWords: string[]): string[] {
  return sortedWords.map((word, index) => {
    const previous = sortedWords[index - 1] ?? "";
    let shared = 0;
    while (shared < 25 && shared < word.length && word[shared] === previous[shared]) shared++;
    return String.fromCharCode("A".charCodeAt(0) + shared) + word.slice(shared);
  });
}

function wrap(words: string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line += word;
    }
  }
  return [...lines, line].join("\n");
}
