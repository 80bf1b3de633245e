/** Origin and target of a request. */
export interface Origin {
  requestId: string;
  /** Scheme and host of the URL that the client requested. */
  url: string;
  /** IP address of the client; empty if the platform does not report it. */
  address: string;
  userAgent: string | undefined;
  /** Returns the signal of a client that leaves before the answer. Heartbeats from the queue have no client. */
  clientSignal?: () => AbortSignal;
}
