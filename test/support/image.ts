import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { type Command, startProcess } from "./command.ts";
import { ROOT } from "./guides.ts";

/** Instruction of a Dockerfile. */
interface Instruction {
  name: string;
  args: string;
}

/** The last stage of a Dockerfile, built without a container engine. */
export interface Image {
  /** Folder with the files that the stage has. */
  root: string;
  /** Folder in which its command starts. */
  directory: string;
  environment: Record<string, string>;
  user: string;
  command: string[];
  healthCheck: string[];
  /** Base image of each stage. */
  bases: string[];
}

/**
 * Builds the image of `Dockerfile` by executing its steps in folders under `directory`, with this process's Node in place of that of the
 * base image. `npm ci` without --omit, which takes minutes, is replaced by the packages of this checkout: the same command installed them
 * from the same lock file. Throws if a step fails, or for an instruction that is unknown here.
 */
export function buildImage(directory: string): Image {
  const context = join(directory, "context");
  copyContext(context);
  const stages = new Map<string, Image>();
  let stage: Image | undefined;
  for (const { name, args } of readInstructions()) {
    if (name === "FROM") {
      const [base = "", , alias = "final"] = args.split(" ");
      const root = join(directory, alias);
      mkdirSync(root);
      const bases = [...(stage?.bases ?? []), base];
      stage = { root, directory: root, environment: {}, user: "root", command: [], healthCheck: [], bases };
      stages.set(alias, stage);
    } else if (stage) {
      execute({ name, args }, stage, (from) =>
        from === undefined ? context : (stages.get(from)?.root ?? ""),
      );
    }
  }
  if (!stage) throw new Error("The Dockerfile has no stage.");
  return stage;
}

function execute(
  { name, args }: Instruction,
  stage: Image,
  findRoot: (from: string | undefined) => string,
): void {
  switch (name) {
    case "WORKDIR":
      stage.directory = join(stage.root, args);
      mkdirSync(stage.directory, { recursive: true });
      break;
    case "ENV":
      for (const [, key = "", value = ""] of args.matchAll(/(\w+)=(\S+)/g)) stage.environment[key] = value;
      break;
    case "COPY":
      copy(args, stage, findRoot);
      break;
    case "RUN":
      runStep(args, stage);
      break;
    case "USER":
      stage.user = args;
      break;
    case "CMD":
      stage.command = JSON.parse(args);
      break;
    case "HEALTHCHECK":
      stage.healthCheck = JSON.parse(args.replace(/^.*? CMD /, ""));
      break;
    case "EXPOSE":
      break;
    default:
      throw new Error(`Unknown instruction ${name}.`);
  }
}

function copy(args: string, stage: Image, findRoot: (from: string | undefined) => string): void {
  const [, from, paths = ""] = /^(?:--from=(\w+) )?(.*)$/.exec(args) ?? [];
  const names = paths.split(" ");
  const target = names.pop() ?? "";
  for (const name of names) {
    const source = join(findRoot(from), name);
    const isIntoFolder = /(^\.|\/)$/.test(target) && !statSync(source).isDirectory();
    cpSync(source, join(stage.directory, target, isIntoFolder ? basename(name) : ""), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

function runStep(command: string, { directory }: Image): void {
  if (/^npm ci( --ignore-scripts)?$/.test(command)) {
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
    return;
  }
  const env = { ...process.env, NODE_ENV: "", npm_config_prefer_offline: "true" };
  execFileSync("/bin/sh", ["-c", command], { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Copies the files of this checkout that `.dockerignore` lets into an image. */
function copyContext(target: string): void {
  const [all, ...kept] = readLines(".dockerignore");
  if (all !== "*" || kept.some((line) => !/^![\w.-]+$/.test(line)))
    throw new Error(".dockerignore must exclude all files, and then name those that an image needs.");
  for (const name of kept.map((line) => line.slice(1))) {
    if (!existsSync(join(ROOT, name))) throw new Error(`.dockerignore names ${name}, which does not exist.`);
    cpSync(join(ROOT, name), join(target, name), { recursive: true });
  }
}

/** Returns the instructions of the Dockerfile, each on one line. */
function readInstructions(): Instruction[] {
  const text = readLines("Dockerfile")
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ");
  return text.split("\n").map((line) => {
    const [, name = "", args = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    return { name, args: args.replaceAll(/ +/g, " ") };
  });
}

const readLines = (name: string): string[] =>
  readFileSync(join(ROOT, name), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));

/** Owner and group of a started image's process, if this one is root: a user without rights. */
const STRANGER = 65_534;

/**
 * Starts the command of an image, with `environment` in addition to the image's own. Its files are read-only, and its user does not own
 * them.
 */
export function startImage(
  { directory, command, environment: own }: Image,
  environment: Record<string, string>,
): Command {
  const [program = "", ...args] = command;
  const isRoot = process.getuid?.() === 0;
  execFileSync("chmod", ["-R", "a-w,a+rX", directory]);
  return startProcess(program === "node" ? process.execPath : program, args, {
    cwd: directory,
    env: { ...own, ...environment },
    ...(isRoot && { uid: STRANGER, gid: STRANGER }),
  });
}
