import { readdir, readFile } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { CliError } from "../../output.ts";
import { splitStatements } from "../preparation.ts";

/** Folder of the current functions and triggers. */
export const FUNCTIONS_FOLDER = join(import.meta.dirname, "../../../database/functions");

/** Name of the folder in messages. */
export const FOLDER_NAME = "src/database/functions";

/** A file with the functions of one name and their triggers. */
export interface FunctionFile {
  /** Path from the project's root, for messages. */
  path: string;
  /** Name of all its functions. */
  name: string;
  /** Statements that create its functions. */
  functions: string[];
  triggers: TriggerStatement[];
}

interface TriggerStatement {
  /** Name and table of the trigger, such as `audit_users ON users`. */
  id: string;
  table: string;
  statement: string;
}

const FUNCTION = /^CREATE OR REPLACE FUNCTION (\w+)\(/;
const TRIGGER = /^CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s[^;]*?\sON (\w+)\s[^;]*EXECUTE FUNCTION (\w+)\(/;
const LEADING_COMMENTS = /^(?:\s*--.*\n)+/;

/** Reads the functions in `folder`. Throws CliError for a file with another statement, or with the name of another file. */
export async function readFunctionFiles(folder: string = FUNCTIONS_FOLDER): Promise<FunctionFile[]> {
  const found = await readdir(folder, { recursive: true });
  const paths = found.filter((path) => path.endsWith(".sql")).sort();
  const files = await Promise.all(
    paths.map(async (path) =>
      parseFile(`${FOLDER_NAME}/${path.split(sep).join("/")}`, await readFile(join(folder, path), "utf8")),
    ),
  );
  for (const file of files) {
    const twin = files.find((other) => other !== file && other.name === file.name);
    if (twin) throw new CliError(`${file.path} and ${twin.path} have the same name. Keep one of them.`);
  }
  return files;
}

function parseFile(path: string, text: string): FunctionFile {
  const name = basename(path, ".sql");
  const file: FunctionFile = { path, name, functions: [], triggers: [] };
  for (const part of splitStatements(text)) {
    const statement = part.replace(LEADING_COMMENTS, "");
    const [, created] = FUNCTION.exec(statement) ?? [];
    const [, trigger, table, called] = TRIGGER.exec(statement) ?? [];
    if (created === name) file.functions.push(statement);
    else if (called === name && table) file.triggers.push({ id: `${trigger} ON ${table}`, table, statement });
    else
      throw new CliError(
        `${path} has a statement that is neither "${expected(name)}" nor one of its triggers.`,
      );
  }
  if (file.functions.length === 0) throw new CliError(`${path} has no "${expected(name)}".`);
  return file;
}

const expected = (name: string) => `CREATE OR REPLACE FUNCTION ${name}(`;
