import { rmSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../output.ts";
import { readIfPresent } from "../present-file.ts";

/** Address of the database of a running process. */
export interface RunningDatabase {
  /** Connection string for the Neon driver. */
  url: string;
  /** URL that the driver must post to; undefined for Neon itself. */
  endpoint: string | undefined;
}

/** Exclusive use of a data directory, until it is released or the process ends in any way. */
export interface DataLock {
  /** Makes the database known to `findRunningDatabase` in any process of this user. */
  announce(database: RunningDatabase): Promise<void>;
  release(): Promise<void>;
}

const BUSY = 5;
/** Longer than the check of another process for whether the directory is in use. */
const LOCK_WAIT_MS = 500;
/** Includes the time of a first start, which creates the database before it announces it. */
const START_WAIT_MS = 60_000;

/**
 * Locks a data directory for this process, and creates it, readable only by its owner, if it is missing. Throws CliError if another
 * process has it.
 *
 * The lock is SQLite's lock on an empty database file. It is a lock of the operating system, which ends with its process, so it is
 * never stale, and two simultaneous starts can't both get it. Node offers no other access to such locks.
 */
export async function acquireDataLock(dataDir: string): Promise<DataLock> {
  await makePrivateDirectory(dataDir);
  const lock = await lockDirectory(dataDir);
  const notice = noticePath(dataDir);
  // Removed immediately, since a process that was killed may have left it.
  rmSync(notice, { force: true });
  return {
    async announce({ url, endpoint }) {
      await writeFile(`${notice}.new`, JSON.stringify({ pid: process.pid, url, endpoint }), { mode: 0o600 });
      await rename(`${notice}.new`, notice);
    },
    async release() {
      await rm(notice, { force: true });
      lock.close();
    },
  };
}

/**
 * Returns the address of the database of the process that has locked `dataDir`, and waits while that process starts; undefined if no
 * process has locked it. Throws CliError if the process doesn't announce its database within a minute.
 */
export async function findRunningDatabase(dataDir: string): Promise<RunningDatabase | undefined> {
  const deadline = Date.now() + START_WAIT_MS;
  while (isLocked(dataDir)) {
    const notice = await readNotice(dataDir);
    // A killed process leaves its notice behind, until the next process gets the lock and removes it.
    if (notice && isAlive(notice.pid)) return { url: notice.url, endpoint: notice.endpoint };
    if (Date.now() > deadline)
      throw new CliError(`The process that uses ${resolve(dataDir)} did not become ready within a minute.`);
    await sleep(100);
  }
  return undefined;
}

function isLocked(dataDir: string): boolean {
  let probe: DatabaseSync;
  try {
    probe = new DatabaseSync(lockPath(dataDir), { readOnly: true });
  } catch {
    return false;
  }
  try {
    // Readers share the file, so two concurrent checks don't take each other for the owner.
    probe.exec("SELECT * FROM sqlite_schema");
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    probe.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === BUSY;
}

async function lockDirectory(dataDir: string): Promise<DatabaseSync> {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockPath(dataDir), { timeout: LOCK_WAIT_MS });
    // Nothing is ever written, so there is nothing to keep a journal of.
    lock.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock?.close();
    const problem = isBusy(cause)
      ? `is in use by ${await describeOwner(dataDir)}`
      : `can't be locked: ${(cause as Error).message}`;
    throw new CliError(`${resolve(dataDir)} ${problem}.`, { cause });
  }
}

/** Creates the directory. An existing directory, which may even be a home directory, keeps its permissions. */
async function makePrivateDirectory(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new CliError(`${resolve(dataDir)} can't be used: ${(cause as Error).message}.`, { cause });
  }
}

async function describeOwner(dataDir: string): Promise<string> {
  const notice = await readNotice(dataDir);
  return notice ? `another process (PID ${notice.pid}). Stop it first` : "another process that is starting";
}

async function readNotice(dataDir: string): Promise<(RunningDatabase & { pid: number }) | undefined> {
  const text = await readIfPresent(noticePath(dataDir));
  return text === undefined ? undefined : JSON.parse(text);
}

function lockPath(dataDir: string): string {
  return join(dataDir, "lock");
}

function noticePath(dataDir: string): string {
  return join(dataDir, "running.json");
}
