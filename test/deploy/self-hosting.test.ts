import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { blocksOf, documentedSettings, ROOT, readText } from "../support/guides.ts";
import { findProgram } from "../support/system-tools.ts";

const GUIDE = "docs/self-hosting.md";
const UNITS = "deploy/systemd";

const blockOf = (label: string): string => {
  const [block] = blocksOf(GUIDE).filter((candidate) => candidate.label === label);
  if (block === undefined) throw new Error(`${GUIDE} has no block "${label}".`);
  return block.code;
};

const matchesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);

describe("docs/self-hosting.md", () => {
  const text = readText(GUIDE);

  it("names only services, profiles and files that exist", () => {
    const { services } = parse(readText("compose.yml"), { merge: true });
    const named = [
      ...matchesIn(text, /docker compose run --rm (\w+)/g),
      ...matchesIn(text, /docker compose stop (\w+)/g),
      ...matchesIn(text, /--no-deps (\w+)/g),
    ];
    expect(new Set(named)).toEqual(new Set(["app", "backup", "restore"]));
    expect(Object.keys(services)).toEqual(expect.arrayContaining(named));
    expect(new Set(matchesIn(text, /--profile (\w+)/g))).toEqual(new Set(services.caddy.profiles));
    const files = matchesIn(text, /\b(deploy\/[\w./-]*\w)/g);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("sets only documented settings", () => {
    const { services, secrets } = parse(blockOf("compose.override.yml"));
    const names = [...Object.keys(services.app.environment), ...matchesIn(blockOf("settings"), /^(\w+)=/gm)];
    expect(names.length).toBeGreaterThan(4);
    expect(documentedSettings()).toEqual(expect.arrayContaining(names));
    expect(services.app.secrets).toEqual(Object.keys(secrets));
    expect(services.app.environment.SMTP_URL_FILE).toBe(`/run/secrets/${services.app.secrets[0]}`);
  });

  it("builds the server like the Dockerfile", () => {
    const steps = matchesIn(readText("Dockerfile"), /^RUN (npm .*)$/gm).map((step) =>
      step.replace(" --ignore-scripts", ""),
    );
    const commands = blockOf("build")
      .split(/\n|&&/)
      .map((command) => command.trim());
    expect(steps).toHaveLength(3);
    expect(commands).toEqual(expect.arrayContaining(steps));
  });

  it("lets Prometheus read the metrics from the port of the server, with a token", () => {
    const [job] = parse(blockOf("prometheus.yml")).scrape_configs;
    const [, port] = /`PORT` \| (\d+) /.exec(readText("docs/configuration.md")) ?? [];
    expect(job.static_configs).toEqual([{ targets: [`127.0.0.1:${port}`] }]);
    expect(job.authorization).toHaveProperty("credentials_file");
  });
});

describe("deploy/systemd", () => {
  const units = readdirSync(join(ROOT, UNITS));
  const readUnit = (name: string) => readText(`${UNITS}/${name}`);

  it("has services that set only documented settings, with secrets of deploy/create-secrets", () => {
    const created = matchesIn(readText("deploy/create-secrets"), /\| create (\w+)/g);
    const services = units.filter((name) => name.endsWith(".service"));
    expect(services).toHaveLength(3);
    for (const name of services) {
      const unit = readUnit(name);
      const set = matchesIn(unit, /(?:^Environment=| )([A-Z_]+)=/gm).filter(
        (setting) => setting !== "NODE_ENV",
      );
      expect(documentedSettings(), name).toEqual(expect.arrayContaining(set));
      const loaded = matchesIn(unit, /^LoadCredential=(\w+):\/etc\/tracker\/\1$/gm);
      expect(loaded.length, name).toBeGreaterThan(0);
      expect(created, name).toEqual(expect.arrayContaining(loaded));
      expect(matchesIn(unit, /%d\/(\w+)/g).sort(), name).toEqual(loaded.sort());
    }
    expect(readUnit("tracker.service")).not.toMatch(/migration_database_url|owner/);
  });

  const analyze = findProgram("systemd-analyze", { isOptional: true });
  it.runIf(analyze)("has no unit with an error, and protects the machine from the service", async () => {
    const directory = await mkdtemp(join(tmpdir(), "units-"));
    try {
      for (const name of units) {
        const unit = readUnit(name)
          .replaceAll("/opt/tracker", ROOT)
          .replaceAll("/usr/bin/node", process.execPath);
        await writeFile(join(directory, name), unit);
      }
      const run = (...args: string[]) => spawnSync(analyze ?? "", args, { cwd: directory, encoding: "utf8" });
      const verified = run("verify", "--man=no", ...units.map((name) => `./${name}`));
      expect([verified.status, verified.stderr]).toEqual([0, ""]);
      const { stdout } = run("security", "--offline=true", "./tracker.service");
      const [, exposure] = /exposure level for tracker.service: ([\d.]+)/.exec(stdout) ?? [];
      expect(Number(exposure)).toBeLessThan(2);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
