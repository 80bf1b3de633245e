/** Place of the token in the storage of this tab, so that it outlasts a sign-in or a sign-up on the way. */
const STORED = "invitation";

/** Returns the token of an invitation, which a mail's link has in its fragment. It is removed from the address immediately. */
export function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    sessionStorage.setItem(STORED, token);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(STORED) ?? "";
}

/** Forgets the token, once it was used or can't be used. */
export const forgetToken = (): void => sessionStorage.removeItem(STORED);
