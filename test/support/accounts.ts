/** A user's password in tests, unless the test is about passwords. */
export const PASSWORD = "correct horse battery staple";

/** Returns the id of the session of an access token. */
export const sessionIdIn = (access: string): string => JSON.parse(atob(access.split(".")[1] ?? "")).sid;
