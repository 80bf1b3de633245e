import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isHelpWanted } from "../flags.ts";
import { CliError, print, run } from "../output.ts";

/** Source of the binary that fills Argon2's memory. */
export const SOURCE_PATH = inSecurityFolder("argon2-fill.c");
/** Binary that `npm run argon2` builds. It is committed, since only few machines have the compiler. */
export const BINARY_PATH = inSecurityFolder("argon2-fill.wasm");
/** SHA-256 of the source and of the binary, in the format of sha256sum. */
export const SUMS_PATH = inSecurityFolder("argon2-fill.sha256");

/** First line of each tool's version. Other versions write other bytes. */
const VERSIONS = { clang: "Debian clang version 14.0.6", "wasm-ld": "Debian LLD 14.0.6" };
const COMPILE = [
  "--target=wasm32",
  "-std=c11",
  "-O3",
  "-msimd128",
  "-ffreestanding",
  "-nostdlib",
  ...["-Wall", "-Wextra", "-Werror"],
];
const LINK = ["--no-entry", "--strip-all", "--initial-memory=65536", "-z", "stack-size=8192"];

const USAGE = "npm run argon2";
const HELP = `Compiles argon2-fill.c, which fills Argon2's memory, to WebAssembly. Needs Debian's packages clang-14 and lld-14, version 14.0.6.

Usage: ${USAGE}

  --help   show this help`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await run(async () => {
    if (isHelpWanted(USAGE)) return print(HELP);
    const missing = missingTool();
    if (missing !== undefined)
      throw new CliError(`Not installed: ${missing}. Install Debian's clang and lld.`);
    const binary = buildArgon2Fill();
    writeFileSync(BINARY_PATH, binary);
    writeFileSync(SUMS_PATH, sums(readFileSync(SOURCE_PATH), binary));
    print(`argon2-fill.wasm: ${binary.length} bytes`);
  });
}

/** Returns the version of a tool that the build needs and this machine doesn't have, or undefined. */
export function missingTool(): string | undefined {
  return Object.entries(VERSIONS).find(([tool, version]) => versionOf(tool) !== version)?.[1];
}

/** Returns the binary that the compiler makes of the source. */
export function buildArgon2Fill(): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), "argon2-"));
  try {
    const output = join(directory, "argon2-fill.wasm");
    const link = LINK.flatMap((flag) => ["-Xlinker", flag]);
    execFileSync("clang", [...COMPILE, ...link, "-o", output, SOURCE_PATH], { stdio: "inherit" });
    return readFileSync(output);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Returns the content of the file at `SUMS_PATH` for a source and a binary. */
export function sums(source: Uint8Array, binary: Uint8Array): string {
  return `${sha256(source)}  argon2-fill.c\n${sha256(binary)}  argon2-fill.wasm\n`;
}

function inSecurityFolder(name: string): string {
  return fileURLToPath(new URL(`../../core/security/${name}`, import.meta.url));
}

function versionOf(tool: string): string | undefined {
  try {
    return execFileSync(tool, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split(
      "\n",
    )[0];
  } catch {
    return;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
