import type { RuntimeLog } from "../logs/log-printer.ts";

/** Options of a start, and callbacks for what happens later. */
export interface RunOptions {
  /** Settings by name. */
  bindings: Record<string, string>;
  /** Addresses to listen on. */
  addresses: string[];
  port: number;
  onLog(log: RuntimeLog): void;
  /** Called with a sentence about a limit of this start. */
  onNotice(text: string): void;
  /** Called when the Worker has reloaded after a change of its source. */
  onReload(): void;
  /** Called when the Worker can't be built or loaded, while its source is watched for a fix. */
  onProblem(reason: string): void;
}

/** Runs the Worker, or can start it. */
export interface WorkerHost {
  /** Runs the Worker, and resolves once it accepts requests. Throws CliError if it can't be built or loaded. */
  start(options: RunOptions): Promise<void>;
  /** Rejects with CliError if a process ends before `stop` is called. */
  ended: Promise<never>;
  /** Ends all processes that it started, after they have sent the rest of the log. */
  stop(): Promise<void>;
}
