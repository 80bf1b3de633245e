/** A Worker that does nothing, to measure the start-up time without the service's code. */
export default { fetch: () => new Response("") } satisfies ExportedHandler;
