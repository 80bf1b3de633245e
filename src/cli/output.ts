import { styleText } from "node:util";

/** A failure that a person can do something about: the message is one line and says all. */
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
 * Runs a command. A CliError ends it with `error: <message>` on stderr and the error's exit code; any other error with exit
 * code 1 and where to look. DEBUG=true shows the stack of either.
 */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    printError(error);
    process.exitCode = error instanceof CliError ? error.exitCode : 1;
  }
}

/** Prints why a command failed, on stderr, without ending it. */
export function printError(error: unknown): void {
  console.error(`${styled(process.stderr, "red", "error:")} ${oneLine(error)}`);
  if (process.env.DEBUG === "true") console.error(error);
  else if (!(error instanceof CliError)) {
    console.error(
      styled(process.stderr, "dim", "This was not expected. DEBUG=true shows where it came from."),
    );
  }
}

/** Prints a line for a person. */
export function print(line = ""): void {
  console.log(line);
}

/** Prints that a step is done. */
export function printDone(line: string): void {
  print(`${styled(process.stdout, "green", "✓")} ${line}`);
}

/** Prints something that deserves attention, on stderr. */
export function printWarning(line: string): void {
  console.error(`${styled(process.stderr, "yellow", "warning:")} ${line}`);
}

/** `text` emphasised, or as it is where stdout has no colours. */
export function strong(text: string): string {
  return styled(process.stdout, "bold", text);
}

/** `text` subdued, or as it is where stdout has no colours. */
export function subdued(text: string): string {
  return styled(process.stdout, "dim", text);
}

type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** Without colours if `stream` is no terminal, or if NO_COLOR asks so. */
function styled(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return styleText(style, text, { stream });
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.split("\n", 1)[0] ?? "";
}
