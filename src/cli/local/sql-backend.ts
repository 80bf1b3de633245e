/** A statement and its parameters, as text in both directions: that is what Neon's protocol carries. */
export interface SqlStatement {
  query: string;
  params: (string | null)[];
}

interface SqlField {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
  format: "text";
}

export interface SqlResult {
  command: string;
  rowCount: number | null;
  fields: SqlField[];
  rows: (string | null)[][];
}

/** How a transaction is run. */
export interface TransactionOptions {
  signal?: AbortSignal | undefined;
  /** Sees the results before they are committed. Throws AnswerRefused to have all rolled back. */
  beforeCommit?: (results: SqlResult[]) => void;
}

/**
 * A Postgres that runs what the endpoint hands it. Rejects with SqlError, BackendUnreachable or the AnswerRefused of `beforeCommit`, and
 * with nothing else. Once `signal` is aborted no caller waits for the answer: what has not begun never does, and what runs is stopped
 * where that can be done.
 */
export interface SqlBackend {
  /** Runs one statement in a transaction of its own. */
  query(statement: SqlStatement, signal?: AbortSignal): Promise<SqlResult>;
  /**
   * Runs all on one connection between `begin` (a BEGIN statement) and COMMIT; the first error rolls all
   * back.
   */
  transaction(statements: SqlStatement[], begin: string, options?: TransactionOptions): Promise<SqlResult[]>;
  /** Lets what runs finish, then frees every handle. */
  close(): Promise<void>;
}

/** What Postgres tells about an error beside its message, by the names that Neon's driver gives them. */
export const ERROR_FIELDS = [
  "severity",
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
  "schema",
  "table",
  "column",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
] as const;

export type SqlErrorFields = Partial<Record<(typeof ERROR_FIELDS)[number], string | undefined>>;

/** Postgres refused a statement. `source` is the error as the backend's own library gives it. */
export class SqlError extends Error {
  override name = "SqlError";
  readonly fields: SqlErrorFields;

  constructor(source: SqlErrorFields & { message?: string | undefined }) {
    super(source.message ?? "");
    this.fields = Object.fromEntries(ERROR_FIELDS.map((field) => [field, source[field]]));
  }
}

/** No answer from Postgres: whether the statement was carried out is not known, unless no connection was made. */
export class BackendUnreachable extends Error {
  override name = "BackendUnreachable";
  readonly wasConnected: boolean;

  constructor(message: string, { wasConnected, ...options }: ErrorOptions & { wasConnected: boolean }) {
    super(message, options);
    this.wasConnected = wasConnected;
  }
}

/** What `beforeCommit` throws to have all rolled back. */
export class AnswerRefused extends Error {
  override name = "AnswerRefused";
}
