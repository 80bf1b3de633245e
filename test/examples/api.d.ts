/**
 * Types that openapi-typescript 7.13 generates from docs/openapi.json for the operations in the examples of docs/typed-client.md.
 */

export interface paths {
  "/auth/login": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign in
     * @description Opens a session and returns its tokens in the body, in HttpOnly cookies, or in both. If the account has a second factor, responds with 202 and opens no session: complete the sign-in with `POST /auth/login/second-factor`.
     */
    post: operations["login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/auth/login/passkey/options": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Begin passkey sign-in
     * @description Returns the options that the browser needs. The browser offers the passkeys that it has for this service.
     */
    post: operations["beginPasskeySignIn"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/auth/login/passkey": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign in with a passkey
     * @description Opens a session, as `POST /auth/login` does. Requires neither a password nor a second factor, because the device verifies its user. After a 401, start again.
     */
    post: operations["signInWithPasskey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/auth/me": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the current user
     * @description Includes the current user's roles and the permissions that they currently grant.
     */
    get: operations["getMe"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/roles": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List roles
     * @description Requires `roles:read`.
     */
    get: operations["listRoles"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    ErrorResponse: {
      /** @enum {string} */
      error:
        | "BAD_REQUEST"
        | "BUSINESS_LOGIC_ERROR"
        | "INVALID_ONE_TIME_TOKEN"
        | "INVALID_CREDENTIALS"
        | "INVALID_TOKEN"
        | "TOKEN_EXPIRED"
        | "REAUTHENTICATION_REQUIRED"
        | "INACTIVE_USER"
        | "PERMISSION_DENIED"
        | "NOT_FOUND"
        | "RESOURCE_NOT_FOUND"
        | "METHOD_NOT_ALLOWED"
        | "NOT_ACCEPTABLE"
        | "EMAIL_ALREADY_EXISTS"
        | "USERNAME_ALREADY_EXISTS"
        | "RESOURCE_ALREADY_EXISTS"
        | "IDEMPOTENCY_KEY_IN_USE"
        | "TIME_CONFLICT"
        | "PRECONDITION_FAILED"
        | "PAYLOAD_TOO_LARGE"
        | "UNSUPPORTED_MEDIA_TYPE"
        | "MISDIRECTED_REQUEST"
        | "INVALID_PASSWORD"
        | "PASSWORD_MISMATCH"
        | "INVALID_CODE"
        | "INVALID_PASSKEY"
        | "IDEMPOTENCY_KEY_REUSED"
        | "VALIDATION_ERROR"
        | "RATE_LIMIT_EXCEEDED"
        | "DATABASE_ERROR"
        | "DATABASE_LIMIT_EXCEEDED"
        | "INTERNAL_SERVER_ERROR"
        | "SERVICE_BUSY"
        | "DATABASE_CONNECTION_ERROR";
      /** @example Validation failed: the request is invalid. */
      message: string;
      /** @example 5f0c1b1e-6a0e-4c39-8a41-0b6c2f3f9a11 */
      request_id: string;
      /** @description Problems by field, up to 100 */
      details?: components["schemas"]["ErrorDetail"][];
      /** @description Only with DEBUG=true, never in production */
      debug_context?: unknown;
    };
    ErrorDetail: {
      /** @example body.email */
      field: string;
      /** @example Invalid email address */
      message: string;
      /** @example invalid_format */
      type: string;
    };
    UserResponse: {
      /** Format: uuid */
      id: string;
      /** @example ada */
      username: string;
      /** @example ada@example.com */
      email: string;
      is_active: boolean;
      /** @example false */
      is_superuser: boolean;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      created_at: string;
      /** @example Ada */
      first_name: string | null;
      /** @example Lovelace */
      last_name: string | null;
      /**
       * @description The new email, until it is confirmed; null if no change is pending
       * @example null
       */
      pending_email: string | null;
      /**
       * Format: date-time
       * @description Null until the account is updated
       * @example 2026-11-23T15:04:05.123Z
       */
      updated_at: string | null;
      roles: components["schemas"]["RoleResponse"][];
    };
    RoleResponse: {
      /** Format: uuid */
      id: string;
      /** @example user */
      name: string;
      description: string | null;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      created_at: string;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      updated_at: string | null;
      permissions: components["schemas"]["PermissionResponse"][];
    };
    PermissionResponse: {
      /** Format: uuid */
      id: string;
      /** @example tasks:read */
      name: string;
      /** @example tasks */
      resource: string;
      /** @example read */
      action: string;
      description: string | null;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      created_at: string;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      updated_at: string | null;
    };
    LoginResponse: {
      /** @example Login successful */
      message: string;
      user: components["schemas"]["UserListItem"];
      /** @description Absent if the session's delivery is `cookie` */
      access_token?: string;
      /** @description Absent if the session's delivery is `cookie` */
      refresh_token?: string;
      /** @enum {string} */
      token_type: "bearer";
    };
    UserListItem: {
      /** Format: uuid */
      id: string;
      /** @example ada */
      username: string;
      /** @example ada@example.com */
      email: string;
      is_active: boolean;
      /** @example false */
      is_superuser: boolean;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      created_at: string;
    };
    SecondFactorRequired: {
      /** @example A second factor is required to sign in */
      message: string;
      /**
       * @description For `POST /auth/login/second-factor`
       * @example Yt0mHqfWcM0mB5cQ9vSxk1pD3uJ7zR2nLwE6aGhKdTI
       */
      challenge: string;
      /** @description The second factors that the account has */
      methods: ("totp" | "passkey" | "recovery_code")[];
      passkey_options?: components["schemas"]["PasskeyRequestOptions"];
      /**
       * @description Lifetime of the challenge in seconds
       * @example 300
       */
      expires_in: number;
    };
    /** @description The options that the browser needs; present if `methods` contains `passkey` */
    PasskeyRequestOptions: {
      challenge: string;
      rpId: string;
      timeout: number;
      /** @enum {string} */
      userVerification: "required" | "preferred";
      allowCredentials: {
        id: string;
        /** @enum {string} */
        type: "public-key";
        transports: string[];
      }[];
    };
    Login: {
      /**
       * @description A username or an email
       * @example ada
       */
      username: string;
      /**
       * Format: password
       * @example correct horse battery staple
       */
      password: string;
      /**
       * @description Where to send this session's tokens: `cookie` hides them from scripts and suits browser apps; `body` sets no cookie
       * @default both
       * @enum {string}
       */
      token_delivery?: "both" | "cookie" | "body";
    };
    /** @description `PublicKeyCredential.toJSON()` of the passkey that was used */
    PasskeyAssertion: {
      /** @example Xw9kJ2sQYt0mHqfWcM0mBw */
      id: string;
      response: {
        clientDataJSON: string;
        authenticatorData: string;
        signature: string;
        userHandle?: string | null;
      };
    };
    SignInWithPasskey: {
      credential: components["schemas"]["PasskeyAssertion"];
      /**
       * @description Where to send this session's tokens: `cookie` hides them from scripts and suits browser apps; `body` sets no cookie
       * @default both
       * @enum {string}
       */
      token_delivery?: "both" | "cookie" | "body";
    };
    RoleListItem: {
      /** Format: uuid */
      id: string;
      /** @example user */
      name: string;
      description: string | null;
      /**
       * Format: date-time
       * @example 2026-11-23T15:04:05.123Z
       */
      created_at: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Login"];
      };
    };
    responses: {
      /** @description Signed in */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LoginResponse"];
        };
      };
      /** @description The password is correct, and a second factor is required */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SecondFactorRequired"];
        };
      };
      /** @description `BAD_REQUEST`: The request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `INVALID_CREDENTIALS`: Invalid username or password. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `INACTIVE_USER`: This account is inactive. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `PAYLOAD_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `VALIDATION_ERROR`: Validation failed: the request is invalid. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `RATE_LIMIT_EXCEEDED`: Too many attempts. Try again later. */
      429: {
        headers: {
          /** @description Number of seconds to wait */
          "Retry-After": string;
          /** @description Remaining quota, and the seconds until it resets */
          RateLimit: string;
          /** @description Quota and its window in seconds */
          "RateLimit-Policy": string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INTERNAL_SERVER_ERROR`: Something went wrong on our side.
       *     `DATABASE_ERROR`: The request could not be completed.
       *     `DATABASE_LIMIT_EXCEEDED`: The request or its result is too large for the database. Request less data.
       */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `SERVICE_BUSY`: Too many passwords are being checked. Try again in a few seconds.
       *     `DATABASE_CONNECTION_ERROR`: The database cannot be reached. Try again shortly.
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
    };
  };
  beginPasskeySignIn: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The options */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PasskeyRequestOptions"] & unknown;
        };
      };
      /** @description `VALIDATION_ERROR`: Validation failed: the request is invalid. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `INTERNAL_SERVER_ERROR`: Something went wrong on our side. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
    };
  };
  signInWithPasskey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SignInWithPasskey"];
      };
    };
    responses: {
      /** @description Signed in */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LoginResponse"];
        };
      };
      /** @description `BAD_REQUEST`: The request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `INVALID_TOKEN`: Authentication required: the token is missing, invalid or revoked. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `INACTIVE_USER`: This account is inactive. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `PAYLOAD_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INVALID_PASSKEY`: The passkey could not be verified. Start again.
       *     `VALIDATION_ERROR`: Validation failed: the request is invalid.
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `RATE_LIMIT_EXCEEDED`: Too many attempts. Try again later. */
      429: {
        headers: {
          /** @description Number of seconds to wait */
          "Retry-After": string;
          /** @description Remaining quota, and the seconds until it resets */
          RateLimit: string;
          /** @description Quota and its window in seconds */
          "RateLimit-Policy": string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INTERNAL_SERVER_ERROR`: Something went wrong on our side.
       *     `DATABASE_ERROR`: The request could not be completed.
       *     `DATABASE_LIMIT_EXCEEDED`: The request or its result is too large for the database. Request less data.
       */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `DATABASE_CONNECTION_ERROR`: The database cannot be reached. Try again shortly. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
    };
  };
  getMe: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The current user */
      200: {
        headers: {
          /** @description Send it as `If-Match` with a change */
          ETag: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["UserResponse"];
        };
      };
      /**
       * @description `INVALID_TOKEN`: Authentication required: the token is missing, invalid or revoked.
       *     `TOKEN_EXPIRED`: The token has expired.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INACTIVE_USER`: This account is inactive.
       *     `PERMISSION_DENIED`: You do not have permission to do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `PAYLOAD_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `VALIDATION_ERROR`: Validation failed: the request is invalid. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `RATE_LIMIT_EXCEEDED`: Too many attempts. Try again later. */
      429: {
        headers: {
          /** @description Number of seconds to wait */
          "Retry-After": string;
          /** @description Remaining quota, and the seconds until it resets */
          RateLimit: string;
          /** @description Quota and its window in seconds */
          "RateLimit-Policy": string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INTERNAL_SERVER_ERROR`: Something went wrong on our side.
       *     `DATABASE_ERROR`: The request could not be completed.
       *     `DATABASE_LIMIT_EXCEEDED`: The request or its result is too large for the database. Request less data.
       */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `DATABASE_CONNECTION_ERROR`: The database cannot be reached. Try again shortly. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
    };
  };
  listRoles: {
    parameters: {
      query?: {
        /** @description Number of items to skip; ignored with a cursor */
        skip?: number;
        limit?: number;
        /** @description Where the page starts: take it from the `Link` header of another page */
        cursor?: string;
        sort?: "name" | "-name" | "created_at" | "-created_at";
        /** @description Only names that contain this text */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of roles */
      200: {
        headers: {
          /** @description Total number of items on all pages, at most 10000 */
          "X-Total-Count": string;
          /** @description `false` if there are more items than `X-Total-Count` states */
          "X-Total-Count-Exact": "true" | "false";
          /** @description Links to the next and previous pages */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoleListItem"][];
        };
      };
      /**
       * @description `INVALID_TOKEN`: Authentication required: the token is missing, invalid or revoked.
       *     `TOKEN_EXPIRED`: The token has expired.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INACTIVE_USER`: This account is inactive.
       *     `PERMISSION_DENIED`: You do not have permission to do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `PAYLOAD_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `VALIDATION_ERROR`: Validation failed: the request is invalid. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `RATE_LIMIT_EXCEEDED`: Too many attempts. Try again later. */
      429: {
        headers: {
          /** @description Number of seconds to wait */
          "Retry-After": string;
          /** @description Remaining quota, and the seconds until it resets */
          RateLimit: string;
          /** @description Quota and its window in seconds */
          "RateLimit-Policy": string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /**
       * @description `INTERNAL_SERVER_ERROR`: Something went wrong on our side.
       *     `DATABASE_ERROR`: The request could not be completed.
       *     `DATABASE_LIMIT_EXCEEDED`: The request or its result is too large for the database. Request less data.
       */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
      /** @description `DATABASE_CONNECTION_ERROR`: The database cannot be reached. Try again shortly. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorResponse"];
        };
      };
    };
  };
}
