/** Version of this release, as in package.json, of which the bundle would otherwise contain all. */
export const VERSION = "0.2.0";
