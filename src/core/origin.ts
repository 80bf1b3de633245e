/** Where a request comes from, and where it was sent to. */
export interface Origin {
  requestId: string;
  /** Scheme and host, as the client wrote them. */
  url: string;
  /** The client's address; empty where the platform tells none. */
  address: string;
  userAgent: string | undefined;
}
