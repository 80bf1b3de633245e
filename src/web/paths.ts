/** Returns a path as the table has it. */
export const normalizePath = (path: string): string =>
  path.replace(/\/+$/, "") === "/app" ? "/app/" : path.replace(/\/+$/, "");

/** Returns the address of the sign-in page, from which the user comes back to `path`. */
export const signInPath = (path: string): string =>
  path === "/app/" || path === "/app" ? "/app/sign-in" : `/app/sign-in?next=${encodeURIComponent(path)}`;

/** Returns the page to go to after a sign-in. A link could name another site, which is not accepted. */
export const pathAfterSignIn = (next: string | undefined): string =>
  next && /^\/app\/[\w/?=&%.+*-]*$/.test(next) ? next : "/app/";

/** Returns the address of the sign-up page, from which the user comes back to `path`. */
export const signUpPath = (path: string): string => `/app/sign-up?next=${encodeURIComponent(path)}`;
