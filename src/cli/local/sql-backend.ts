/** A statement and its parameters. Values are text in both directions, as in Neon's protocol. */
export interface SqlStatement {
  query: string;
  params: (string | null)[];
}

/** A column of a result. */
export interface SqlField {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
  format: "text";
}

/** Result of a statement. */
export interface SqlResult {
  command: string;
  rowCount: number | null;
  fields: SqlField[];
  rows: (string | null)[][];
}

/** Options of a transaction. */
export interface TransactionOptions {
  signal?: AbortSignal | undefined;
  /**
   * Called with the results. Throws AnswerRefused if they are too large to be sent. PGlite then rolls back the transaction; PostgreSQL
   * has committed it, because the commit is in the round trip of the statements.
   */
  acceptResults?: (results: SqlResult[]) => void;
}

/**
 * A Postgres that runs the statements of the endpoint. Rejects only with SqlError, BackendUnreachable or the AnswerRefused of
 * `acceptResults`. When `signal` aborts, statements that have not begun are dropped, and running ones are stopped if possible.
 */
export interface SqlBackend {
  /** Runs one statement in its own transaction. */
  query(statement: SqlStatement, signal?: AbortSignal): Promise<SqlResult>;
  /** Runs all statements on one connection between `begin` (a BEGIN statement) and COMMIT. The first error rolls back all. */
  transaction(statements: SqlStatement[], begin: string, options?: TransactionOptions): Promise<SqlResult[]>;
  /** Lets running statements finish, then frees every handle. */
  close(): Promise<void>;
}

/** Fields of a Postgres error besides its message, by their names in Neon's driver. */
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

/** Values of ERROR_FIELDS. */
export type SqlErrorFields = Partial<Record<(typeof ERROR_FIELDS)[number], string | undefined>>;

/** Thrown when Postgres rejects a statement. `source` is the error of the backend's library. */
export class SqlError extends Error {
  override name = "SqlError";
  readonly fields: SqlErrorFields;

  constructor(source: SqlErrorFields & { message?: string | undefined }) {
    super(source.message ?? "");
    this.fields = Object.fromEntries(ERROR_FIELDS.map((field) => [field, source[field]]));
  }
}

/** Thrown when Postgres does not answer. The statement may have run, unless `wasConnected` is false. */
export class BackendUnreachable extends Error {
  override name = "BackendUnreachable";
  readonly wasConnected: boolean;

  constructor(message: string, { wasConnected, ...options }: ErrorOptions & { wasConnected: boolean }) {
    super(message, options);
    this.wasConnected = wasConnected;
  }
}

/** Thrown by `acceptResults` to roll back the transaction. */
export class AnswerRefused extends Error {
  override name = "AnswerRefused";
}
