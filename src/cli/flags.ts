import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { CliError } from "./output.ts";

/**
 * Returns the values of the flags that `options` names. Of a flag that is given twice the last counts, so that a script's flags can be
 * overridden. Throws CliError, with `usage`, for any other flag, and for an argument that is not a flag.
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

function parse<const Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    return parseArgs<{ options: Options; tokens: true }>({ options, tokens: true });
  } catch (cause) {
    // After the first sentence comes advice on positional arguments, of which there are none here.
    const [problem] = (cause as Error).message.split(". ", 1);
    throw new CliError(`${problem}. Usage: ${usage}`, { cause });
  }
}

/** The port that `text` names; 0 stands for any free one. Throws CliError, with `usage`, if it names none. */
export function parsePort(text: string, usage: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CliError(`"${text}" is no port. Usage: ${usage}`);
}
