import { resolve } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { CliError } from "./output.ts";

/**
 * Returns the values of the flags that `options` names. Of a flag that is given twice the last counts, so that a script's flags can be
 * overridden. Throws CliError, with `usage`, for any other flag, for one that needs a value and has none, or an empty one, and for an
 * argument that is not a flag.
 */
export const parseFlags = <const Options extends ParseArgsOptionsConfig>(options: Options, usage: string) =>
  parse(options, usage).values;

/**
 * Returns the values of the flags that `options` names, as parseFlags does. Throws CliError, with `usage`, also for a flag that is given
 * twice but can have one value only: in what changes rights, the last must not win unseen.
 */
export function parseFlagsOnce<const Options extends ParseArgsOptionsConfig>(
  options: Options,
  usage: string,
) {
  const { values, tokens } = parse(options, usage);
  const names = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) < index && !options[name]?.multiple);
  if (repeated !== undefined) throw new CliError(`Give --${repeated} once. Usage: ${usage}`);
  return values;
}

/** What each command has: --help shows how it is called. */
export const HELP_FLAG = { help: { type: "boolean", default: false } } as const;

/** Returns whether --help was given to a command that has no other flag. Throws CliError, with `usage`, for any other argument. */
export const isHelpWanted = (usage: string): boolean => parseFlags(HELP_FLAG, usage).help;

function parse<const Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  const parsed = readArguments(options, usage);
  for (const token of parsed.tokens) {
    if (token.kind === "option" && token.value === "")
      throw new CliError(`--${token.name} is empty: give it a value, or leave it out. Usage: ${usage}`);
  }
  return parsed;
}

function readArguments<const Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    return parseArgs<{ options: Options; tokens: true }>({ options, tokens: true });
  } catch (cause) {
    throw refuseArguments(cause, usage);
  }
}

/** Returns the CliError, with `usage`, for what parseArgs threw. */
export const refuseArguments = (cause: unknown, usage: string): CliError =>
  new CliError(`${problemIn((cause as Error).message)}. Usage: ${usage}`, { cause });

/** Returns the first sentence of what parseArgs says: after it comes advice on positional arguments that begin with a dash. */
function problemIn(message: string): string {
  const [, name] = /^Option '(--[\w-]+).*argument (?:is ambiguous|missing)/.exec(message) ?? [];
  return name ? `${name} needs a value after it` : (message.split(". ", 1)[0] ?? "");
}

/** Returns the port that `text` names; 0 stands for any free one. Throws CliError, with `usage`, if it names none. `of` is where it was given. */
export function parsePort(text: string, usage: string, of = "--port"): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CliError(`"${text}" is no port (${of}): give a number from 0 to 65535. Usage: ${usage}`);
}

/** Returns the directory of data that `text` names as an absolute path, or "memory" for none. */
export const parseNewDataDir = (text: string): string => (text === "memory" ? text : resolve(text));

/** Returns the directory of data that `text` names as an absolute path. Throws CliError, with `usage`, for "memory", where nothing is kept. */
export function parseDataDir(text: string, usage: string): string {
  if (text !== "memory") return resolve(text);
  throw new CliError(
    `--data memory names no data: what npm start keeps in memory ends with it. Give a directory (./memory, if it is called so). Usage: ${usage}`,
  );
}
