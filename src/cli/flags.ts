import { resolve } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { CliError } from "./output.ts";

/**
 * Returns the values of the flags that `options` names in `args`, which are those of the process by default. If a flag is given twice, the last value counts, so that the flags of a script
 * can be overridden. Throws CliError, with `usage`, for an unknown flag, a flag with a missing or empty value, and an argument that is
 * not a flag.
 */
export const parseFlags = <const Options extends ParseArgsOptionsConfig>(
  options: Options,
  usage: string,
  args?: string[],
) => parse(options, usage, args).values;

/**
 * Returns the values of the flags that `options` names, as parseFlags does. Throws CliError, with `usage`, also for a flag that is given
 * twice and isn't `multiple`: a command that changes permissions must not silently ignore a value.
 */
export function parseFlagsOnce<const Options extends ParseArgsOptionsConfig>(
  options: Options,
  usage: string,
  args?: string[],
) {
  const { values, tokens } = parse(options, usage, args);
  const names = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) < index && !options[name]?.multiple);
  if (repeated !== undefined) throw new CliError(`--${repeated} can be given only once. Usage: ${usage}`);
  return values;
}

/** The flag --help, which every command has. */
export const HELP_FLAG = { help: { type: "boolean", default: false } } as const;

/** Returns true if --help is given to a command without other flags. Throws CliError, with `usage`, for any other argument. */
export const isHelpWanted = (usage: string): boolean => parseFlags(HELP_FLAG, usage).help;

function parse<const Options extends ParseArgsOptionsConfig>(
  options: Options,
  usage: string,
  args = process.argv.slice(2),
) {
  const parsed = readArguments(options, usage, args);
  for (const token of parsed.tokens) {
    if (token.kind === "option" && token.value === "")
      throw new CliError(`--${token.name} is empty. Give it a value, or omit it. Usage: ${usage}`);
  }
  return parsed;
}

function readArguments<const Options extends ParseArgsOptionsConfig>(
  options: Options,
  usage: string,
  args: string[],
) {
  try {
    return parseArgs<{ args: string[]; options: Options; tokens: true }>({ args, options, tokens: true });
  } catch (cause) {
    throw createUsageError(cause, usage);
  }
}

/** Returns the CliError, with `usage`, for an error of parseArgs. */
export const createUsageError = (cause: unknown, usage: string): CliError =>
  new CliError(`${problemIn((cause as Error).message)}. Usage: ${usage}`, { cause });

/** Returns the first sentence of a message of parseArgs, without the advice on positional arguments that begin with a dash. */
function problemIn(message: string): string {
  const [, name] = /^Option '(--[\w-]+).*argument (?:is ambiguous|missing)/.exec(message) ?? [];
  return name ? `${name} requires a value` : (message.split(". ", 1)[0] ?? "");
}

/** Returns the port that `text` names; 0 means any free port. Throws CliError, with `usage` and the `source` of the text, if it is invalid. */
export function parsePort(text: string, usage: string, source = "--port"): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CliError(`Invalid port "${text}" (${source}). Use a number from 0 to 65535. Usage: ${usage}`);
}

/** Returns the data directory that `text` names, as an absolute path; "memory" if nothing is to be kept. */
export const parseNewDataDir = (text: string): string => (text === "memory" ? text : resolve(text));

/** Returns the data directory that `text` names, as an absolute path. Throws CliError, with `usage`, for "memory", which keeps nothing. */
export function parseDataDir(text: string, usage: string): string {
  if (text !== "memory") return resolve(text);
  throw new CliError(
    `--data memory has no data: npm start discards it when it stops. Give a directory (./memory for one of that name). Usage: ${usage}`,
  );
}
