import { sql } from "drizzle-orm";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PASSWORD } from "../../support/accounts.ts";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { examine } from "../../support/looks.ts";
import { type System, startSystem } from "../../support/system.ts";
import {
  deviceOf,
  execute,
  fillIn,
  mailedLink,
  openApp,
  openSignedIn,
  register,
  urlOf,
} from "../../support/web-app.ts";
import { foundOrganization } from "../../support/web-organizations.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = (page: Page) => page.getByRole("dialog");
const told = (page: Page, text: string) => page.locator(".toasts").getByText(text).waitFor();
const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const row = (page: Page, text: string) => page.getByRole("listitem").filter({ hasText: text });

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const found = (name?: string) => foundOrganization(system, url, name);

  it("leads from the mail through a sign-up to the organization, and confirms the email", async () => {
    const { id, invite } = await found("Babbage & Co");
    const username = `grace-${crypto.randomUUID().slice(0, 8)}`;
    const email = `${username}@example.com`;
    await invite(email);
    const link = await mailedLink(system, email, "/app/invitations");
    expect(new URL(link).hash).toMatch(/^#token=[\w-]{43}$/);

    const { page, takeProblems } = await openApp(browser, link);
    await heading(page, "You are invited").waitFor();
    expect(page.url()).toBe(`${url.replace("localhost", new URL(link).hostname)}/app/invitations`);
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("Username").fill(username);
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await button(page, "Create the account").click();
    await region(page, "The invitation from your mail").waitFor();
    await page.reload();
    await region(page, "The invitation from your mail").waitFor();
    expect(await examine(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await button(page, "Accept").click();
    await heading(page, "Babbage & Co").waitFor();
    await told(page, "You are a member of “Babbage & Co” now.");
    expect(new URL(page.url()).pathname).toBe(`/app/organizations/${id}`);
    await region(page, "Members").getByText("You", { exact: true }).waitFor();
    expect(await button(page, "Invite a person").count()).toBe(0);

    await page.goto(`${new URL(page.url()).origin}/app/invitations`);
    await page.getByText("No invitations.").waitFor();
    expect(await region(page, "The invitation from your mail").count()).toBe(0);
    await page.goto(`${new URL(page.url()).origin}/app/settings/profile`);
    await page.getByText("Confirmed", { exact: true }).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("leads from the mail through a sign-in to the invitation, which the person declines", async () => {
    const { invite, call, id } = await found();
    const { username, email } = await register(url);
    await invite(email);
    const link = (await mailedLink(system, email, "/app/invitations")).replace(/^http:\/\/[^/]+/, url);
    const { page, takeProblems } = await openApp(browser, link);
    await heading(page, "You are invited").waitFor();
    expect(await examine(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("link", { name: "Sign in" }).click();
    await fillIn(page, username);
    await button(page, "Decline").click();
    await told(page, "You declined the invitation.");
    expect(await call("GET", `/organizations/${id}/invitations`)).toEqual([]);
    expect(takeProblems()).toEqual([]);
  });

  it("tells the account whose email is another that the invitation can't be used, and keeps it open", async () => {
    const { invite, call, id } = await found();
    const invited = await register(url);
    await invite(invited.email);
    const link = (await mailedLink(system, invited.email, "/app/invitations")).replace(
      /^http:\/\/[^/]+/,
      url,
    );
    const other = await register(url);
    const { page, takeProblems } = await openSignedIn(browser, url, other.username, "organizations");
    await page.goto(link);
    await button(page, "Accept").click();
    await page.getByText(`it was sent to another address than ${other.email}`).waitFor();
    expect(takeProblems()).toEqual(["404 POST /api/v1/invitations/accept"]);
    expect(await call("GET", `/organizations/${id}/invitations`)).toHaveLength(1);
  });

  it("opens an invitation whose link is pasted while its page is open", async () => {
    const { invite } = await found();
    const invited = await register(url);
    const { page } = await openSignedIn(browser, url, invited.username, "invitations");
    await page.getByText("No invitations.").waitFor();
    await invite(invited.email);
    const link = (await mailedLink(system, invited.email, "/app/invitations")).replace(
      /^http:\/\/[^/]+/,
      url,
    );
    await page.goto(link);
    await button(page, "Accept").waitFor();
    expect(new URL(page.url()).hash).toBe("");
  });

  it("creates an organization, invites, changes roles, and removes and leaves, with the mouse", async () => {
    const { username, name, call } = await found();
    const { page, takeProblems } = await openSignedIn(browser, url, username);
    await page.getByRole("navigation").getByRole("link", { name: "Organizations" }).click();
    await button(page, "New organization").click();
    await dialog(page).getByLabel("Name").fill(name);
    await button(page, "Create").click();
    await heading(page, name).waitFor();
    expect(takeProblems()).toEqual([]);
    const id = new URL(page.url()).pathname.split("/").at(-1);

    const grace = await register(url);
    await button(page, "Invite a person").click();
    await dialog(page).getByLabel("Email").fill(grace.email);
    await dialog(page).getByLabel("Role").selectOption({ label: "Manager" });
    await button(page, "Send the invitation").click();
    await told(page, `The invitation was sent to ${grace.email}.`);
    await row(page, grace.email).getByText("Manager").waitFor();
    await button(page, "Invite a person").click();
    await dialog(page).getByLabel("Email").fill(grace.email);
    await button(page, "Send the invitation").click();
    await dialog(page).getByText("This address has an open invitation.").waitFor();
    expect(takeProblems()).toEqual([`409 POST /api/v1/organizations/${id}/invitations`]);
    await button(page, "Cancel").click();

    const first = await mailedLink(system, grace.email, "/app/invitations");
    await button(page, `Send again: ${grace.email}`).click();
    await told(page, `The invitation was sent to ${grace.email}.`);
    const newest = () => mailedLink(system, grace.email, "/app/invitations");
    await expect.poll(newest).not.toBe(first);
    const link = await newest();
    const asGrace = await deviceOf(url, grace.username);
    await asGrace("POST", "/invitations/accept", { token: new URL(link).hash.slice("#token=".length) });
    await page.reload();
    await row(page, grace.username).getByText(grace.email).waitFor();
    await button(page, `Change the role of ${grace.username}`).click();
    await dialog(page).getByLabel("Role").selectOption({ label: "Guest" });
    await button(page, "Save").click();
    await row(page, grace.username).getByText("Guest").waitFor();

    await region(page, "Members").getByRole("button", { name: "Leave" }).click();
    await dialog(page).getByRole("button", { name: "Leave" }).click();
    await dialog(page).getByText("No owner would be left").waitFor();
    expect(takeProblems()).toEqual([expect.stringMatching(/^400 DELETE/)]);
    await button(page, "Cancel").click();
    await button(page, `Remove ${grace.username}`).click();
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await told(page, `${grace.username} was removed.`);
    await expect.poll(() => row(page, grace.username).count()).toBe(0);

    expect(await call("GET", "/organizations")).toHaveLength(2);
    expect(takeProblems()).toEqual([]);
  });

  it("creates, changes and deletes roles and teams", async () => {
    const { id, name: organization, username, invite } = await found();
    const { page, takeProblems } = await openSignedIn(browser, url, username, `organizations/${id}`);
    await button(page, "New role").click();
    await dialog(page).getByLabel("Name").fill("Accountant");
    const reports = dialog(page).getByRole("group", { name: "Reports" });
    await reports.getByLabel("read those of all members").check();
    await button(page, "Create").click();
    await button(page, "Edit Accountant").click();
    await expect.poll(() => reports.getByLabel("read those of all members").isChecked()).toBe(true);
    expect(await reports.getByLabel("read", { exact: true }).isChecked()).toBe(false);
    await dialog(page).getByLabel("Name").fill("Bookkeeper");
    await button(page, "Save").click();
    await button(page, "Delete Bookkeeper").click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await expect.poll(() => row(page, "Bookkeeper").count()).toBe(0);

    await button(page, "New team").click();
    await dialog(page).getByLabel("Name").fill("Compilers");
    await button(page, "Create").click();
    await button(page, "Members of Compilers").click();
    await dialog(page).getByText("This team has no members.").waitFor();
    await button(page, "Add").click();
    await button(page, `Make lead: ${username}`).click();
    await dialog(page).getByText("leads the team").waitFor();
    await button(page, "Done").click();
    await row(page, "Compilers").getByText(`led by ${username}`).waitFor();
    await invite("herman@example.com");
    await page.reload();
    await row(page, "herman@example.com").waitFor();
    expect(await examine(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    for (const name of ["Invite a person", "New role", "Members of Compilers"]) {
      await button(page, name).click();
      await dialog(page).waitFor();
      expect(await examine(page), name).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.keyboard.press("Escape");
    }
    await button(page, "Revoke the invitation to herman@example.com").click();
    await told(page, "The invitation was revoked.");
    await button(page, "Delete Compilers").click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("No teams yet.").waitFor();
    await page.goto(`${url}/app/organizations`);
    await page.getByRole("link", { name: organization }).waitFor();
    expect(await examine(page)).toEqual([]);
    await page.goto(`${url}/app/organizations/${crypto.randomUUID()}`);
    await heading(page, "This organization isn't there").waitFor();
    expect(takeProblems()).toEqual([expect.stringMatching(/^404 GET/)]);
  });

  it("changes the settings, deletes with a typed name, and undoes it, with the mouse", async () => {
    const { id, name, username, call } = await found();
    const { page, takeProblems } = await openSignedIn(browser, url, username, `organizations/${id}`);
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await heading(page, "Settings").waitFor();
    const renamed = `${name} & Sons`;
    await page.getByLabel("Name").fill(renamed);
    await page.getByLabel("Slug").fill(`sons-${id.slice(0, 8)}`);
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await page.getByLabel("Weeks begin on").selectOption({ label: "Sunday" });
    await page.getByLabel("Currency").selectOption("JPY");
    await button(page, "Save").click();
    await told(page, "Saved.");
    expect(await call("GET", `/organizations/${id}`)).toMatchObject({
      name: renamed,
      slug: `sons-${id.slice(0, 8)}`,
      timezone: "Asia/Tokyo",
      week_start: 0,
      currency: "JPY",
    });
    const { slug } = await call<{ slug: string }>("POST", "/organizations", { name: "Other" });
    await page.getByRole("link", { name: `Back to ${renamed}` }).waitFor();
    await page.getByLabel("Slug").fill(slug);
    await button(page, "Save").click();
    await page.getByText("Another organization has this slug.").waitFor();
    expect(takeProblems()).toEqual([`409 PUT /api/v1/organizations/${id}`]);

    await button(page, "Delete the organization").click();
    await dialog(page)
      .getByLabel(/^To confirm/)
      .fill("another");
    await dialog(page).getByRole("button", { name: "Delete the organization" }).click();
    await dialog(page).getByText("is not the name of the organization").waitFor();
    await dialog(page)
      .getByLabel(/^To confirm/)
      .fill(renamed);
    await dialog(page).getByRole("button", { name: "Delete the organization" }).click();
    await heading(page, "Organizations").waitFor();
    await expect.poll(() => page.getByRole("link", { name: renamed }).count()).toBe(0);
    await page.locator(".toasts").getByRole("button", { name: "Undo" }).click();
    await page.getByRole("link", { name: renamed }).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("shows the newer version when another member has changed the settings", async () => {
    const { id, username, call } = await found();
    const { page } = await openSignedIn(browser, url, username, `organizations/${id}/settings`);
    await page.getByLabel("Name").fill("Mine");
    await call("PUT", `/organizations/${id}`, { name: "Theirs" });
    await button(page, "Save").click();
    await told(page, "This was changed elsewhere.");
    await expect.poll(() => page.getByLabel("Name").inputValue()).toBe("Theirs");
  });

  it("creates, renames and deletes departments and teams, with managers and leads", async () => {
    const { id, username, addMember } = await found();
    const grace = await addMember();
    const { page, takeProblems } = await openSignedIn(browser, url, username, `organizations/${id}`);
    await button(page, "New department").click();
    await dialog(page).getByLabel("Name").fill("Research");
    await button(page, "Create").click();
    await button(page, "Edit Research").click();
    await dialog(page).getByLabel("Name").fill("Science");
    await button(page, "Save").click();
    await button(page, "Managers of Science").click();
    await dialog(page)
      .getByRole("combobox", { name: "Add a manager" })
      .selectOption({ label: grace.username });
    await button(page, "Add").click();
    await dialog(page).getByRole("listitem").getByText(grace.username).waitFor();
    await button(page, "Done").click();
    const departments = region(page, "Departments");
    await departments.getByText(`managed by ${grace.username}`).waitFor();

    await button(page, "New team").click();
    await dialog(page).getByLabel("Name").fill("Compilers");
    await dialog(page).getByLabel("Department").selectOption({ label: "Science" });
    await button(page, "Create").click();
    await row(page, "Compilers").locator(".facts").getByText("Science").waitFor();
    await departments.getByText("1 team", { exact: true }).waitFor();
    await button(page, "Edit Compilers").click();
    await dialog(page).getByLabel("Name").fill("Linkers");
    await dialog(page).getByLabel("Department").selectOption({ label: "No department" });
    await button(page, "Save").click();
    await button(page, "Members of Linkers").click();
    await dialog(page)
      .getByRole("combobox", { name: "Add a member" })
      .selectOption({ label: grace.username });
    await button(page, "Add").click();
    await button(page, `Make lead: ${grace.username}`).click();
    await button(page, `No longer lead: ${grace.username}`).click();
    await button(page, `Make lead: ${grace.username}`).waitFor();
    await button(page, "Done").click();
    await button(page, "Edit Linkers").click();
    await dialog(page).getByLabel("Department").selectOption({ label: "Science" });
    await button(page, "Save").click();
    await departments.getByText("1 team", { exact: true }).waitFor();
    await button(page, "Managers of Science").click();
    await button(page, `Remove ${grace.username}`).last().click();
    await dialog(page).getByText("This department has no managers.").waitFor();
    await button(page, "Done").click();
    await button(page, "Delete Science").click();
    await dialog(page).getByText("1 team in it is deleted as well.").waitFor();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("No departments yet.").waitFor();
    await page.getByText("No teams yet.").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("finds each of many members to be placed in a team, by keyboard alone", async () => {
    const { id, username, call } = await found();
    const team = await call<{ id: string }>("POST", "/teams", { name: "Compilers", organization_id: id });
    await execute(
      system,
      sql`with people as (
            insert into users (username, email, password_hash)
            select n || '-' || ${id}::text, n || '-' || ${id}::text || '@example.com', '$none$'
              from generate_series(1, 150) as n returning id)
          insert into memberships (organization_id, user_id, role_id)
          select ${id}, id, '00000000-0000-4000-8000-000000000004' from people`,
    );
    const { page, takeProblems } = await openSignedIn(browser, url, username, `organizations/${id}`);
    // A hundred rows of members come before this button.
    await button(page, "Members of Compilers").press("Enter");
    const search = dialog(page).getByRole("searchbox", { name: "Find a member" });
    await search.waitFor();
    await tabTo(page, search);
    await page.keyboard.type("nothing like this");
    await dialog(page).getByText("No member has this name.").waitFor();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(`149-${id}`);
    const choice = dialog(page).getByRole("combobox", { name: "Add a member" });
    await expect.poll(() => choice.getByRole("option").count()).toBe(1);
    await tabTo(page, button(page, "Add"));
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("listitem").getByText(`149-${id}`).waitFor();
    const members = await call<{ username: string }[]>("GET", `/teams/${team.id}/members`);
    expect(members.map(({ username }) => username)).toEqual([`149-${id}`]);
    expect(takeProblems()).toEqual([]);
  });

  it("offers a member nothing that the role does not allow, and a lead the name of the team", async () => {
    const { id, name, call, addMember } = await found();
    const grace = await addMember();
    const { id: user } = await grace.call<{ id: string }>("GET", "/auth/me");
    await call("POST", "/departments", { name: "Research", organization_id: id });
    const team = await call<{ id: string }>("POST", "/teams", { name: "Compilers", organization_id: id });
    await call("POST", "/teams", { name: "Linkers", organization_id: id });
    await call("PUT", `/teams/${team.id}/lead/${user}`);
    const { page, takeProblems } = await openSignedIn(browser, url, grace.username, `organizations/${id}`);
    await heading(page, name).waitFor();
    await button(page, "Edit Compilers").waitFor();
    for (const missing of [
      "Edit Linkers",
      "Delete Compilers",
      "New team",
      "New department",
      "Edit Research",
      "Invite a person",
    ])
      expect(await button(page, missing).count(), missing).toBe(0);
    expect(await page.getByRole("link", { name: "Settings", exact: true }).count()).toBe(0);
    await button(page, "Edit Compilers").click();
    await dialog(page).getByLabel("Name").fill("Parsers");
    await button(page, "Save").click();
    await row(page, "Parsers").waitFor();
    await page.goto(`${url}/app/organizations/${id}/settings`);
    await page.getByText("Your role doesn't include the settings.").waitFor();
    expect(await button(page, "Save").count()).toBe(0);
    expect(takeProblems()).toEqual([]);
  });

  it("does the main task of each page by keyboard alone", async () => {
    const { invite, name: other, id: otherId } = await found();
    const { username, email } = await found();
    await invite(email);
    const link = (await mailedLink(system, email, "/app/invitations")).replace(/^http:\/\/[^/]+/, url);
    const { page, takeProblems } = await openSignedIn(browser, url, username, "organizations");
    const press = async (target: Locator, key = "Enter") => {
      await target.waitFor();
      await tabTo(page, target);
      await page.keyboard.press(key);
    };
    const type = async (label: string, text: string) => {
      await dialog(page).getByLabel(label).waitFor();
      await tabTo(page, dialog(page).getByLabel(label));
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
      await dialog(page).waitFor({ state: "detached" });
    };
    const name = `Keys ${crypto.randomUUID().slice(0, 8)}`;
    await press(button(page, "New organization"));
    await type("Name", name);
    await heading(page, name).waitFor();
    await press(button(page, "New department"));
    await type("Name", "Research");
    await press(button(page, "Edit Research"));
    await type("Name", "Science");
    await press(button(page, "New team"));
    await type("Name", "Compilers");
    await press(button(page, "Members of Compilers"));
    await press(button(page, "Add"));
    await press(button(page, `Make lead: ${username}`));
    await dialog(page).getByText("leads the team").waitFor();
    await page.keyboard.press("Escape");
    await row(page, "Compilers").getByText(`led by ${username}`).waitFor();
    await press(button(page, "Managers of Science"));
    await press(button(page, "Add"));
    await dialog(page).getByRole("listitem").getByText(username).waitFor();
    await page.keyboard.press("Escape");
    await press(button(page, "Invite a person"));
    await type("Email", "herman@example.com");
    await row(page, "herman@example.com").waitFor();
    await press(button(page, "New role"));
    await type("Name", "Accountant");
    await row(page, "Accountant").waitFor();

    await press(page.getByRole("link", { name: "Settings", exact: true }));
    await heading(page, "Settings").waitFor();
    await tabTo(page, page.getByLabel("Name"));
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(`${name} II`);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: `Back to ${name} II` }).waitFor();
    await press(button(page, "Delete the organization"));
    await type(`To confirm, type its name: ${name} II`, `${name} II`);
    await heading(page, "Organizations").waitFor();

    await page.goto(link);
    await press(button(page, "Accept"));
    await heading(page, other).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/app/organizations/${otherId}`);
    expect(takeProblems()).toEqual([]);
  });
});

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    if ((await target.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not reach the element.");
}
