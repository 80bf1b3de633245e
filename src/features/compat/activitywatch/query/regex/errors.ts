import { QueryError } from "../parser.ts";

/** The error of a regular expression that can't be used. */
export class RegexError extends QueryError {
  override name = "RegexError";
  /** True if the expression is supported, but too large or too much work. */
  readonly isTooMuchWork: boolean;

  constructor(message: string, isTooMuchWork = false) {
    super(message);
    this.isTooMuchWork = isTooMuchWork;
  }
}

/** Returns the error of an expression whose syntax is invalid or unsupported. */
export const unsupported = (source: string): RegexError =>
  new RegexError(`Unsupported regular expression: ${source.slice(0, 100)}`);

/** Returns the error of a value that is not a string. */
export const notText = (): RegexError =>
  new RegexError("A regular expression must be a string in quotation marks.");

/** Returns the error of an expression that becomes too large a machine. */
export const tooLarge = (): RegexError => new RegexError("The regular expression is too large.", true);

/** Returns the error of an expression that takes too many steps. */
export const tooMuchWork = (): RegexError =>
  new RegexError("The regular expression takes too much work.", true);
