import { useState } from "preact/hooks";

/** Returns the token in the address, which a mail's link has in its fragment, and the function that removes it from there after its use. */
export function useMailedToken(): { token: string; forget: () => void } {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? "");
  return { token, forget: () => history.replaceState(history.state, "", location.pathname) };
}
