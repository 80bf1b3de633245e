import { styleText } from "node:util";

/** A failure that the user of a command can fix. Its message is one line: what is wrong, then what to do. */
export class CliError extends Error {
  override name = "CliError";
  /** The exit code that the command ends with. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, ...options }: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command. Prints an error as `error: <message>` on stderr, and sets the exit code: the code of a CliError, or 1. DEBUG=true also
 * prints the stack.
 */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    printError(error);
    process.exitCode = error instanceof CliError ? error.exitCode : 1;
  }
}

/** Prints an error on stderr, without ending the command. */
export function printError(error: unknown): void {
  console.error(`${styled(process.stderr, "red", "error:")} ${oneLine(error)}`);
  if (process.env.DEBUG === "true") console.error(error);
  else if (!(error instanceof CliError)) {
    console.error(
      styled(process.stderr, "dim", "This error is unexpected. Set DEBUG=true to see its stack."),
    );
  }
}

/** Prints a line to stdout. */
export function print(line = ""): void {
  console.log(line);
}

/** Prints that a step is done. */
export function printDone(line: string): void {
  print(`${styled(process.stdout, "green", "✓")} ${line}`);
}

/** Prints a warning on stderr. */
export function printWarning(line: string): void {
  console.error(`${styled(process.stderr, "yellow", "warning:")} ${line}`);
}

/** Returns `text` in bold, or unchanged if stdout has no colors. */
export function strong(text: string): string {
  return styled(process.stdout, "bold", text);
}

/** Returns `text` dimmed, or unchanged if stdout has no colors. */
export function subdued(text: string): string {
  return styled(process.stdout, "dim", text);
}

type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** Returns `text` in a style, or unchanged if `stream` is not a terminal or NO_COLOR is set. */
function styled(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return styleText(style, text, { stream });
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.split("\n", 1)[0] ?? "";
}
