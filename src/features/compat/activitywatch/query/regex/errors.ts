import { QueryError } from "../parser.ts";

/** Why a regular expression can't be used. */
export class RegexError extends QueryError {
  override name = "RegexError";
  /** Whether it is in order, and only too much. */
  readonly isOfWork: boolean;

  constructor(message: string, isOfWork = false) {
    super(message);
    this.isOfWork = isOfWork;
  }
}

export const unusable = (source: string): RegexError =>
  new RegexError(`Unsupported regular expression: ${source.slice(0, 100)}`);

export const notText = (): RegexError =>
  new RegexError("A regular expression must be a string in quotation marks.");

export const tooLarge = (): RegexError => new RegexError("The regular expression is too large.", true);

export const tooMuchWork = (): RegexError =>
  new RegexError("The regular expression takes too much work.", true);
