import type { Database } from "../database/client.ts";
import { CreateOrganization } from "../features/organizations/organizations/schemas.ts";
import { organize } from "../features/organizations/organize/service.ts";
import { explainRefusal } from "./account.ts";
import { HELP_FLAG } from "./flags.ts";
import { CliError, print, printDone } from "./output.ts";

/** Flags of the command `organize`. */
export const ORGANIZE_FLAGS = {
  name: { type: "string" },
  slug: { type: "string" },
  timezone: { type: "string", default: "UTC" },
  owner: { type: "string" },
  member: { type: "string", multiple: true, default: [] as string[] },
  project: { type: "string", multiple: true, default: [] as string[] },
  apply: { type: "boolean", default: false },
  ...HELP_FLAG,
} as const;

/** Usage of these flags. */
export const ORGANIZE_USAGE =
  "[--member USER]… [--project NAME]… [--slug SLUG] [--timezone ZONE] [--apply] --name NAME --owner USER";

/** Returns the help of the command with `usage`; `more` describes further flags. */
export const describeOrganize = (usage: string, more: string, database: string) =>
  `Makes an organization out of an instance that is one company: the users become members without an
invitation, and their personal projects become the organization's, with tasks, time entries, clients and
tags. Projects of one name become one. Without --apply, only prints what would happen.

Usage: ${usage}

  --name NAME        name of the organization
  --owner USER       username or email address of the user who becomes the owner
  --member USER      username or email address of a member; repeatable (default: all active users)
  --project NAME     name of the projects to move; repeatable (default: all projects of the members)
  --slug SLUG        name of the organization in addresses (default: made from the name)
  --timezone ZONE    time zone of the organization (default: UTC)
  --apply            do it, in one transaction; it cannot be undone
${more}  --help             show this help

${database}
Activity, goals and rules stay personal. Members see each other's time by their roles: see docs/organizations.md.`;

interface Flags {
  name?: string | undefined;
  slug?: string | undefined;
  timezone: string;
  owner?: string | undefined;
  member: readonly string[];
  project: readonly string[];
  apply: boolean;
}

/** A plan for an organization. */
export type Plan = ReturnType<typeof readPlan>;

/** Validates `flags`. Throws CliError for missing and invalid values. */
export function readPlan({ name, slug, timezone, owner, member, project, apply }: Flags, usage: string) {
  if (!name) throw new CliError(`--name is required. Usage: ${usage}`);
  if (!owner) throw new CliError(`--owner is required. Usage: ${usage}`);
  const parsed = CreateOrganization.safeParse({ name, slug, timezone });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CliError(`Invalid --${issue?.path.join(".")}: ${issue?.message}.`);
  }
  return {
    name: parsed.data.name,
    slug: parsed.data.slug,
    timezone: parsed.data.timezone ?? timezone,
    owner,
    members: member.length > 0 ? member : undefined,
    projects: project.length > 0 ? project : undefined,
    applies: apply,
  };
}

/** Makes the organization, or prints what would happen, with the `description` of the database. @throws CliError for an unknown user */
export async function applyPlan(db: Database, plan: Plan, description: string): Promise<void> {
  const { members, projects, merged, tasks, entries } = await organize({ db }, plan).catch(explainRefusal);
  const lines = [
    `${plan.name} ${plan.applies ? "has" : "would have"} ${members} members`,
    `${projects} projects ${plan.applies ? "moved" : "would move"}, and ${merged} joined another one of the same name`,
    `${tasks} tasks and ${entries} time entries ${plan.applies ? "moved" : "would move"}`,
  ];
  for (const line of lines) (plan.applies ? printDone : print)(line);
  print(
    plan.applies
      ? `Organized: ${description}`
      : `Nothing was changed: ${description}. Add --apply to do this.`,
  );
}
