import type { System } from "./system.ts";
import { deviceOf, mailedLink, register } from "./web-app.ts";

/** Built-in roles, by the last digit of their ids. */
const ROLES = { owner: 1, admin: 2, manager: 3, member: 4, guest: 5 };

const tokenIn = (link: string) => new URL(link).hash.slice("#token=".length);

/** Creates an organization over the API whose owner has a verified email, and returns the owner's actions. */
export async function foundOrganization(
  system: System,
  url: string,
  name = `Engines ${crypto.randomUUID().slice(0, 8)}`,
) {
  const owner = await register(url);
  const token = tokenIn(await mailedLink(system, owner.email, "/verify-email"));
  const call = await deviceOf(url, owner.username);
  await call("POST", "/auth/email/verify", { token });
  const { id } = await call<{ id: string }>("POST", "/organizations", { name });
  const invite = (email: string, role = ROLES.member) =>
    call("POST", `/organizations/${id}/invitations`, {
      email,
      role_id: `00000000-0000-4000-8000-00000000000${role}`,
    });
  /** Registers a user who becomes a member. */
  const addMember = async (role: keyof typeof ROLES = "member") => {
    const account = await register(url);
    await invite(account.email, ROLES[role]);
    const asMember = await deviceOf(url, account.username);
    const invitation = tokenIn(await mailedLink(system, account.email, "/app/invitations"));
    await asMember("POST", "/invitations/accept", { token: invitation });
    return { ...account, call: asMember };
  };
  return { ...owner, id, name, call, invite, addMember };
}
