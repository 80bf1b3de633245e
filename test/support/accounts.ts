/** Password of each user in tests that are not about passwords. */
export const PASSWORD = "correct horse battery staple";

/** Returns the session id in an access token. */
export const sessionIdIn = (access: string): string => JSON.parse(atob(access.split(".")[1] ?? "")).sid;
