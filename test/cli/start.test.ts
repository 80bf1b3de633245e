import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { LOCAL_SECRET_PREFIX, parseSettings } from "../../src/core/config.ts";
import { seal } from "../../src/core/security/sealing.ts";
import {
  type Command,
  familyOf,
  runCommand,
  startCommand,
  startProcess,
  survivorsOf,
} from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { copyProject } from "../support/project-copy.ts";
import { freePort } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";
/** A username with letters of two scripts, which no new account may have. */
const OLDER_NAME = "r\u043e\u043et";

/** A running system, and the processes that must be gone when it has ended. */
interface Started extends Command {
  url: string;
  family: number[];
}

let directory: string;
let dataDir: string;
let commands: Command[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "start-"));
  dataDir = join(directory, "data");
  commands = [];
});
afterEach(async () => {
  await Promise.all(commands.map(end));
  await rm(directory, { recursive: true, force: true });
});

const call = (url: string, path: string, body?: object, headers: HeadersInit = {}) =>
  fetch(url + path, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: { "Content-Type": "application/json", ...headers },
  });
const register = (url: string, username: string) =>
  call(url, "/auth/register", { username, email: `${username}@example.com`, password: PASSWORD });
const signIn = (url: string, username: string) => call(url, "/auth/login", { username, password: PASSWORD });

async function tokenOf(url: string, username: string): Promise<string> {
  const { access_token: token } = (await (await signIn(url, username)).json()) as { access_token: string };
  return token;
}

async function untilReady(command: Command): Promise<Started> {
  commands.push(command);
  await command.printed(/Ctrl-C/);
  const url = /API +(\S+)/.exec(command.output())?.[1] ?? "";
  return { ...command, url, family: familyOf(command.process.pid) };
}

function start(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Started> {
  return untilReady(
    startCommand("start", ["--port", "0", ...args], { env: { ...process.env, ...environment } }),
  );
}

/** Starts a system on a data directory as after a first start. */
async function startUsed(environment: NodeJS.ProcessEnv = {}): Promise<Started> {
  await copyTemplate(dataDir, "migrated");
  return start(["--data", dataDir], environment);
}

async function end(command: Command): Promise<void> {
  command.process.kill("SIGTERM");
  await command.ended;
}

function signalGroup({ process: { pid } }: Command, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal);
}

/** Returns the files in a home directory, except npm's files. */
async function filesOf(home: string): Promise<string[]> {
  return (await readdir(home)).filter((name) => name !== ".npm");
}

async function mailsIn(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
}

async function readLog(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(dataDir, "logs", file), "utf8");
  return text.split("\n").flatMap((line) => (line ? JSON.parse(line) : []));
}

describe("a running system", () => {
  let system: Started;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "start-"));
    const args = ["--port", "0", "--data", join(home, "data")];
    const env = { ...process.env, ACCESS_TOKEN_TTL_SECONDS: "77", HOME: home };
    const command = startCommand("start", args, { env });
    await command.printed(/Ctrl-C/);
    system = { ...command, url: /API +(\S+)/.exec(command.output())?.[1] ?? "", family: [] };
  });
  afterAll(async () => {
    await end(system);
    await rm(home, { recursive: true, force: true });
  });

  it("prints its addresses and directories, and nothing else", () => {
    const { url } = system;
    const printed = system.output().slice(0, system.output().indexOf("Press Ctrl-C"));
    const lines = printed.split("\n").map((line) => line.trim().replaceAll(/ +/g, " "));
    expect(lines.filter(Boolean)).toEqual([
      `✓ embedded Postgres, kept in ${home}/data`,
      ...lines.filter((line) => /^✓ applied \d{4}_\w+$/.test(line)),
      expect.stringMatching(/^✓ added \d+ permissions and \d+ roles$/),
      expect.stringMatching(/^Ready in \d+\.\d s$/),
      `App ${url}/app/`,
      `API ${url}`,
      `Docs ${url}/docs ${url}/redoc`,
      `Data ${home}/data`,
      `Mail ${home}/data/mail`,
      `Logs ${home}/data/logs`,
      `Next npm run create-super-user -- --data ${home}/data, in another terminal`,
      "This server is for development. To host the API, run node dist/server.js.",
    ]);
    expect(new URL(url).hostname).toBe("localhost");
  });

  it("answers requests, lets users sign up and sign in, and serves the documentation", async () => {
    expect((await call(system.url, "/health")).status).toBe(200);
    expect((await register(system.url, "ada")).status).toBe(201);
    expect((await signIn(system.url, "ada")).status).toBe(200);
    expect((await call(system.url, "/docs")).status).toBe(200);
    expect((await call(system.url, "/openapi.json")).status).toBe(200);
  });

  it("saves mail as files that the log names, and keeps their tokens out of the log", async () => {
    const id = crypto.randomUUID();
    expect((await register(system.url, id)).status).toBe(201);
    await system.printed(/info +mail Confirm your email address for Productivity Tracker: \S+\.eml/);
    // The log line may be about the mail to another user, so this one is waited for.
    const mail = await vi.waitFor(async () => {
      const kept = (await mailsIn(join(home, "data/mail"))).find((text) =>
        text.includes(`To: ${id}@example.com`),
      );
      return kept ?? expect.fail("The mail is missing.");
    }, 10_000);
    const [, token = ""] = new RegExp(`${system.url}/verify-email#token=(\\S+)`).exec(mail) ?? [];
    expect((await call(system.url, "/auth/email/verify", { token })).status).toBe(200);
    expect((await call(system.url, "/auth/email/verify", { token })).status).toBe(400);
    const logs = system.output() + (await readFile(join(home, "data/logs/app.log"), "utf8"));
    expect(logs).toContain(".eml");
    expect(logs).not.toContain(token);
    expect(logs).not.toContain(id);
  });

  it("listens on the addresses of localhost only", async () => {
    const { port } = new URL(system.url);
    for (const host of ["127.0.0.1", "[::1]"])
      expect((await call(`http://${host}:${port}`, "/health")).status, host).toBe(200);
    const server = createServer().listen(Number(new URL(system.url).port), "127.0.0.2");
    await once(server, "listening");
    server.close();
  });

  it("passes the settings of the environment to the Worker", async () => {
    await register(system.url, "grace");
    const [, payload = ""] = (await tokenOf(system.url, "grace")).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(claims.exp - claims.iat).toBe(77);
  });

  it("keeps a secret that only its owner can read, and that production rejects", async () => {
    const secret = join(home, "data/secret");
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
    expect((await readFile(secret, "utf8")).startsWith(LOCAL_SECRET_PREFIX)).toBe(true);
  });

  it("prints each request on a line for a person, and writes it as JSON to the log", async () => {
    await call(system.url, "/nowhere");
    await system.printed(/warn +http GET \/nowhere 404 [\d.]+ ms request [\da-f]{8}/);
    await expect
      .poll(async () => await readFile(join(home, "data/logs/app.log"), "utf8"))
      .toMatch(/^\{"timestamp":"[^"]+","level":"warn","module":"http",.*"path":"\/nowhere".*\}$/m);
    expect(await readFile(join(home, "data/logs/error.log"), "utf8")).toBe("");
  });

  it("locks its data against another start", async () => {
    const second = await runCommand("start", ["--port", "0", "--data", join(home, "data")]);
    expect(second).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: .*\/data is in use by .*\d+.*\n$/),
    });
    expect((await call(system.url, "/health")).status).toBe(200);
  });

  it("occupies its port: another start fails, and leaves nothing behind", async () => {
    const { port } = new URL(system.url);
    const second = await runCommand("start", ["--port", port, "--data", dataDir]);
    expect(second).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: Port ${port} is in use. Stop the process that uses it, or choose another with --port N.\n`,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it("names the flag of the port of the web interface if that port is in use", async () => {
    const { port } = new URL(system.url);
    const pages = join(directory, "pages");
    await mkdir(pages);
    await writeFile(join(pages, "index.html"), "<!doctype html>");
    const args = ["--port", "0", "--data", dataDir, "--aw-webui", pages, "--aw-webui-port", port];
    expect(await runCommand("start", args)).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: Port ${port} is in use. Stop the process that uses it, or choose another with --aw-webui-port N.\n`,
    });
  });

  it("writes nothing into the home directory", async () => {
    expect(await filesOf(home)).toEqual(["data"]);
  });
});

/** The public key of RFC 7517, A.1. */
const PUBLIC_KEY = {
  kty: "EC",
  crv: "P-256",
  kid: "1",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};

describe("a start with an invalid argument or setting", () => {
  const unreachable = "postgres://ada:hunter2-secret@127.0.0.1:1/app";
  it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    ["an unknown flag", ["--prot", "1"], {}, /Unknown option '--prot'\. Usage: npm start/],
    ["an argument", ["up"], {}, /Unexpected argument 'up'\. Usage/],
    ["an invalid port", ["--port", "http"], {}, /Invalid port "http"/],
    ["a port that is too high", ["--port", "65536"], {}, /Invalid port "65536"/],
    ["an empty directory", ["--data", ""], {}, /--data is empty/],
    ["a missing value", ["--data"], {}, /--data requires a value/],
    ["a flag instead of a value", ["--data", "--host"], {}, /--data requires a value/],
    ["a port in another base", ["--port", "0x10"], {}, /Invalid port "0x10" \(--port\)/],
    ["a setting in another base", [], { READS_PER_MINUTE: "0x10" }, /READS_PER_MINUTE: must be .*digits/],
    ["a port without a web interface", ["--aw-webui-port", "1"], {}, /--aw-webui-port requires --aw-webui/],
    ["an empty folder of the web interface", ["--aw-webui", ""], {}, /--aw-webui is empty/],
    ["an impossible directory", ["--data", "/dev/null/data"], {}, /\/dev\/null\/data can't be used/],
    [
      "several invalid settings",
      [],
      { ACCESS_TOKEN_TTL_SECONDS: "soon", CORS_ORIGINS: "example.com" },
      /ACCESS_TOKEN_TTL_SECONDS: .*CORS_ORIGINS/,
    ],
    [
      "the environment of production",
      [],
      { ENVIRONMENT: "production" },
      /refuses ENVIRONMENT=production\. Run node dist\/server\.js/,
    ],
    ["a weak secret", [], { AUTH_SECRET: "hunter2-secret" }, /AUTH_SECRET: must have at least 32 characters/],
    ["invalid signing keys", [], { SIGNING_KEYS: "hunter2-secret" }, /SIGNING_KEYS: must be a JWK Set/],
    [
      "a signing key whose private part does not match",
      [],
      { SIGNING_KEYS: JSON.stringify({ keys: [{ ...PUBLIC_KEY, d: PUBLIC_KEY.x }] }) },
      /SIGNING_KEYS\.keys\.0: d is not the private half of x and y/,
    ],
    [
      "an invalid database URL",
      [],
      { DATABASE_URL: "mysql://x" },
      /DATABASE_URL: must be a postgres:\/\/ URL/,
    ],
    [
      "an unreachable database",
      [],
      { DATABASE_URL: unreachable },
      /PostgreSQL at 127\.0\.0\.1:1\/app refused/,
    ],
    [
      "incomplete superuser settings",
      [],
      { SUPERUSER_EMAIL: "root@example.com" },
      /SUPERUSER_… .*username: is required/,
    ],
    [
      "a superuser with a common password",
      [],
      { SUPERUSER_EMAIL: "a@example.com", SUPERUSER_USERNAME: "root", SUPERUSER_PASSWORD: "password1" },
      /SUPERUSER_… .*password: .*most common/,
    ],
  ])("fails with one clear line for %s", async (_, args, environment, message) => {
    const outcome = await runCommand("start", ["--port", "0", "--data", "memory", ...args], environment);
    expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
    expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
    expect(outcome.stderr).not.toContain("hunter2-secret");
  });

  it("fails for a PORT with a plus", async () => {
    const outcome = await runCommand("start", ["--data", "memory"], { PORT: "+5" });
    expect(outcome).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: Invalid port "\+5" \(PORT\)[^\n]*\n$/),
    });
  });

  it("succeeds with --help", async () => {
    const { code, stdout } = await runCommand("start", ["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--data DIR|memory");
  });
});

it("leaves the secrets of authenticator apps unchanged if only AUTH_SECRET_PREVIOUS is set", async () => {
  await copyTemplate(dataDir, "migrated");
  const AUTH_SECRET = `a${randomUUID()}`;
  const userId = randomUUID();
  const settings = parseSettings({ AUTH_SECRET, DATABASE_URL: "postgres://none" });
  const sealed = await seal(settings, "JBSWY3DPEHPK3PXP", `totp:${userId}`);
  const before = await openLocalDatabase({ dataDir });
  await clientFor(before).execute(sql`
    with made as (
      insert into users (id, email, username, password_hash) values (${userId}, 'ada@example.com', 'ada', 'none')
      returning id)
    insert into totp_factors (user_id, sealed_secret, confirmed_at) select id, ${sealed}, now() from made`);
  await before.close();
  await end(await start(["--data", dataDir], { AUTH_SECRET: "", AUTH_SECRET_PREVIOUS: AUTH_SECRET }));
  const after = await openLocalDatabase({ dataDir });
  const { rows } = await clientFor(after).execute(sql`select sealed_secret from totp_factors`);
  await after.close();
  expect(rows).toEqual([{ sealed_secret: sealed }]);
});

describe("invalid settings of the first superuser", () => {
  it("loses its effect once a superuser exists, whose name an older release accepted", async () => {
    await copyTemplate(dataDir, "migrated");
    const database = await openLocalDatabase({ dataDir });
    await clientFor(database).execute(sql`insert into users (email, username, password_hash, is_superuser)
      values ('root@example.com', ${OLDER_NAME}, 'none', true)`);
    await database.close();
    const system = await start(["--data", dataDir], { SUPERUSER_USERNAME: OLDER_NAME });
    expect((await call(system.url, "/health")).status).toBe(200);
  });

  it("ends the start with one clear line while no superuser exists, even in a used database", async () => {
    await copyTemplate(dataDir, "migrated");
    const environment = { SUPERUSER_EMAIL: "root@example.com", SUPERUSER_USERNAME: OLDER_NAME };
    const outcome = await runCommand("start", ["--port", "0", "--data", dataDir], environment);
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: Invalid SUPERUSER_… settings\. [^\n]*username: [^\n]*one script[^\n]*\n$/,
      ),
    });
  });
});

describe("the shutdown", () => {
  it("happens in order on Ctrl-C, even twice, loses nothing and signs no user out", async () => {
    const first = await startUsed();
    await register(first.url, "ada");
    const headers = { Authorization: `Bearer ${await tokenOf(first.url, "ada")}` };
    for (let count = 0; count < 20; count++) await call(first.url, `/last/${count}`);
    signalGroup(first, "SIGINT");
    await sleep(20);
    signalGroup(first, "SIGINT");
    expect(await first.ended).toMatchObject({
      // On a busy machine, the second signal may end the process after everything else has stopped.
      code: expect.toBeOneOf([0, null]),
      stderr: "",
      stdout: expect.stringMatching(/Stopped\.\n$/),
    });
    expect(await survivorsOf(first.family)).toEqual([]);
    expect((await readLog("app.log")).at(-1)).toMatchObject({ path: "/last/19" });

    const second = await start(["--data", dataDir]);
    expect((await call(second.url, "/auth/me", undefined, headers)).status).toBe(200);
    expect(second.output()).not.toMatch(/applied|added/);
    // The terminal is closed.
    signalGroup(second, "SIGHUP");
    expect((await second.ended).code).toBe(0);
    expect(await survivorsOf(second.family)).toEqual([]);
  });

  it("happens on SIGTERM, and leaves no file of a system in memory", async () => {
    const [home, temporary] = [join(directory, "home"), join(directory, "tmp")];
    await Promise.all([mkdir(home), mkdir(temporary)]);
    // npm, which runs the build command, would keep compiled code there.
    const environment = { HOME: home, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: "1" };
    const system = await start(["--data", "memory"], environment);
    expect((await register(system.url, "ada")).status).toBe(201);
    expect(system.output()).not.toMatch(/Logs|secret/);
    system.process.kill("SIGTERM");
    expect((await system.ended).code).toBe(0);
    expect(await survivorsOf(system.family)).toEqual([]);
    expect(await filesOf(home)).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  it("happens on a signal during the start", async () => {
    await copyTemplate(dataDir, "migrated");
    const command = startCommand("start", ["--port", "0", "--data", dataDir]);
    await command.printed(/✓ embedded/);
    const family = familyOf(command.process.pid);
    command.process.kill("SIGINT");
    expect(await command.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await survivorsOf(family)).toEqual([]);
  });

  it("happens at the first answer, although the start is not complete", async () => {
    await copyTemplate(dataDir, "migrated");
    for (let count = 0; count < 3; count++) {
      const port = await freePort();
      const command = startCommand("start", ["--port", String(port), "--data", dataDir]);
      const isUp = () =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      while (!(await isUp())) await sleep(10);
      command.process.kill("SIGINT");
      expect(await command.ended).toMatchObject({ code: 0, stderr: "" });
    }
  });

  it("happens when only npm gets a signal", async () => {
    await copyTemplate(dataDir, "migrated");
    const system = await untilReady(startProcess("npm", ["start", "--", "--port", "0", "--data", dataDir]));
    expect(system.family.length).toBeGreaterThan(3);
    system.process.kill("SIGTERM");
    expect((await system.ended).stdout).toMatch(/Stopped\.\n$/);
    expect(await survivorsOf(system.family)).toEqual([]);
  });

  it("reports that the process of the runtime was killed", async () => {
    // A killed process leaves its temporary files.
    const system = await startUsed({ TMPDIR: directory });
    const [, host = 0] = system.family;
    process.kill(host, "SIGKILL");
    expect(await system.ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .* ended unexpectedly\.\n$/),
    });
    expect(await survivorsOf(system.family)).toEqual([]);
  });

  it("loses no acknowledged write on kill -9", async () => {
    const first = await startUsed();
    await register(first.url, "ada");
    const headers = { Authorization: `Bearer ${await tokenOf(first.url, "ada")}` };
    const noon = Date.parse("2026-11-23T12:00:00Z") / 1000;
    const editor = "/compat/wakatime/v1/users/current/heartbeats";
    const bucket = "/compat/aw/api/0/buckets/watcher";
    await call(first.url, bucket, { client: "watcher", type: "currentwindow", hostname: "laptop" }, headers);

    const writes = [
      (n: number) => register(first.url, `user-${n}`),
      (n: number) => call(first.url, `${editor}.bulk`, [{ entity: "/app.ts", time: noon + n }], headers),
      (n: number) => {
        const beat = { timestamp: new Date(1000 * (noon + n)), duration: 0, data: { n } };
        return call(first.url, `${bucket}/heartbeat?pulsetime=1`, beat, headers);
      },
    ];
    const acknowledged = writes.map((): number[] => []);
    let isKilled = false;
    const writers = writes.map(async (write, kind) => {
      for (let n = 0; ; n++) {
        const answer = await write(n).catch(() => undefined);
        if (!answer?.ok) return;
        acknowledged[kind]?.push(n);
        if (isKilled || acknowledged.some(({ length }) => length < 5)) continue;
        isKilled = true;
        signalGroup(first, "SIGKILL");
      }
    });
    await Promise.all(writers);
    await first.ended;
    expect(isKilled).toBe(true);
    expect(await survivorsOf(first.family)).toEqual([]);

    const second = await start(["--data", dataDir]);
    const [accounts = [], beats = [], events = []] = acknowledged;
    const read = async <Body>(path: string) =>
      (await (await call(second.url, path, undefined, headers)).json()) as Body;
    const statuses = accounts.map(async (n) => (await signIn(second.url, `user-${n}`)).status);
    expect(await Promise.all(statuses)).toEqual(accounts.map(() => 200));
    const { data } = await read<{ data: { time: number }[] }>(`${editor}?date=2026-11-23`);
    expect(data.map(({ time }) => time - noon)).toEqual(expect.arrayContaining(beats));
    const seen = await read<{ data: { n: number } }[]>(`${bucket}/events`);
    expect(seen.map((event) => event.data.n)).toEqual(expect.arrayContaining(events));
  });
});

describe("with a copy of the source", () => {
  let copy: string;
  const source = () => join(copy, "src/features/platform/health/routes.ts");
  const edit = async (change: (text: string) => string) =>
    writeFile(source(), change(await readFile(source(), "utf8")));
  const breakSource = (text: string) => `import "./nowhere.ts";\n${text}`;
  beforeEach(async () => {
    copy = join(directory, "copy");
    await copyProject(copy);
    await copyTemplate(dataDir, "migrated");
    // For plain `wrangler dev`.
    await writeFile(join(copy, ".dev.vars"), "APP_NAME=Another app\nENVIRONMENT=production\n");
  });

  it("reloads in npm run dev when the source changes, and recovers when a broken source is fixed", async () => {
    const system = await untilReady(
      startCommand("start", ["--watch", "--port", "0", "--data", dataDir], { cwd: copy }),
    );
    const health = async () => (await call(system.url, "/health")).text();
    expect(await health()).toContain('"healthy"');
    expect(await (await call(system.url, "/")).text()).not.toContain("Another app");
    await edit((text) => text.replaceAll('"healthy"', '"well"'));
    await expect.poll(health, { timeout: 10_000 }).toContain('"well"');
    await edit(breakSource);
    await system.printed(
      /error: src\/features\/platform\/health\/routes\.ts:1:8: Could not resolve "\.\/nowhere\.ts"/,
    );
    await edit((text) => text.replace(breakSource(""), "").replaceAll('"well"', '"fine"'));
    await expect.poll(health, { timeout: 10_000 }).toContain('"fine"');
    system.process.kill("SIGINT");
    expect(await survivorsOf([...system.family])).toEqual([]);
  });

  it("fails in npm start with one line if the source can't be built", async () => {
    await edit(breakSource);
    const command = startCommand("start", ["--port", "0", "--data", dataDir], { cwd: copy });
    expect(await command.ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: The Worker can't be loaded: .*Could not resolve "\.\/nowhere\.ts"\n$/,
      ),
    });
  });
});
