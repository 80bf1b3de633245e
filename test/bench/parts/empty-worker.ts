/** A Worker that does nothing: what is left of a start without ours. */
export default { fetch: () => new Response("") } satisfies ExportedHandler;
