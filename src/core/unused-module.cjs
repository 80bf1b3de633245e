/**
 * In the bundle, replaces modules of libraries that this service never runs: see `alias` in wrangler.toml. Every import from it is
 * undefined, so that a call throws an error.
 */
module.exports = {};
