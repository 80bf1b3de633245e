/** Body of an error response. */
export interface Refusal {
  error: string;
  message: string;
  request_id: string;
  details?: { field: string; message: string; type: string }[];
}

export class ApiError extends Error {
  readonly status: number;
  readonly refusal: Refusal;

  constructor(status: number, refusal: Refusal) {
    super(`${refusal.error}: ${refusal.message} (request ${refusal.request_id})`);
    this.status = status;
    this.refusal = refusal;
  }
}

const REPEATABLE = ["GET", "HEAD", "PUT", "DELETE"];

/** Sends a request, up to three times if it is safe to repeat. @throws ApiError if the API refuses it */
export async function call(request: Request, fetcher = fetch): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetcher(request.clone());
    if (response.ok) return response;
    const refusal = await response.json().then(
      (body) => body as Refusal,
      () => ({ error: "NOT_FROM_THE_API", message: response.statusText, request_id: "none" }),
    );
    const shouldRetry = response.status === 503 && REPEATABLE.includes(request.method) && attempt < 3;
    if (!shouldRetry) throw new ApiError(response.status, refusal);
    const seconds = Number(response.headers.get("Retry-After") ?? 1) * attempt + Math.random();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** Registers an account, and shows next to each field what is wrong with it. */
export async function register(api: string, form: object, show: (field: string, message: string) => void) {
  try {
    const headers = { "Content-Type": "application/json" };
    await call(new Request(`${api}/auth/register`, { method: "POST", headers, body: JSON.stringify(form) }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { error: code, message, details = [] } = error.refusal;
    for (const detail of details) show(detail.field.replace("body.", ""), detail.message);
    if (code === "EMAIL_ALREADY_EXISTS") show("email", message);
    if (code === "USERNAME_ALREADY_EXISTS") show("username", message);
    if (code === "INVALID_PASSWORD") show("password", message);
  }
}
