/** Returns the folder for builds of the present sources. */
export function cacheFolder(): string;

/** Returns whether a folder is in `.wrangler`, where wrangler also writes its own files while it builds. */
export function isBesideWrangler(folder: string): boolean;
