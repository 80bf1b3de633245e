/** How the tokens of a session reach its client: in cookies, in bodies, or in both. */
export const TOKEN_DELIVERIES = ["both", "cookie", "body"] as const;
export type TokenDelivery = (typeof TOKEN_DELIVERIES)[number];
