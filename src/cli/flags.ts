import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { CliError } from "./output.ts";

/** The values of the flags that `options` names. Throws CliError, with `usage`, for any other and for what is no flag. */
export function parseFlags<const Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    return parseArgs<{ options: Options }>({ options }).values;
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
