/** Returns the folder for builds of the present sources. */
export function cacheFolder(): string;
