/** In the bundle, replaces modules of libraries whose exports a library exports again, and this service never uses: see `alias` in wrangler.toml. */
export {};
