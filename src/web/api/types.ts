// Written by src/cli/web-types.ts from docs/openapi.json.

type Refused = { content: { "application/json": Schemas["ErrorResponse"] } };

export interface Schemas {
  About: { name: string; version: string; links: Record<string, string> };
  ErrorResponse: { error: "BAD_REQUEST" | "BUSINESS_LOGIC_ERROR" | "INVALID_ONE_TIME_TOKEN" | "INVALID_CREDENTIALS" | "INVALID_TOKEN" | "TOKEN_EXPIRED" | "REAUTHENTICATION_REQUIRED" | "INACTIVE_USER" | "PERMISSION_DENIED" | "NOT_FOUND" | "RESOURCE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "EMAIL_ALREADY_EXISTS" | "USERNAME_ALREADY_EXISTS" | "RESOURCE_ALREADY_EXISTS" | "IDEMPOTENCY_KEY_IN_USE" | "TIME_CONFLICT" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "MISDIRECTED_REQUEST" | "INVALID_PASSWORD" | "PASSWORD_MISMATCH" | "INVALID_CODE" | "INVALID_PASSKEY" | "IDEMPOTENCY_KEY_REUSED" | "VALIDATION_ERROR" | "RATE_LIMIT_EXCEEDED" | "DATABASE_ERROR" | "DATABASE_LIMIT_EXCEEDED" | "INTERNAL_SERVER_ERROR" | "SERVICE_BUSY" | "DATABASE_CONNECTION_ERROR"; message: string; request_id: string; details?: Array<Schemas["ErrorDetail"]>; debug_context?: unknown };
  ErrorDetail: { field: string; message: string; type: string };
  Health: { status: "healthy"; app_name: string; version: string; timestamp: string; database: "not_checked" };
  DetailedHealth: { status: "healthy" | "degraded"; app_name: string; version: string; timestamp: string; database: "connected" | "disconnected"; database_version: string | null };
  PublicSettings: { app_name: string; can_sign_up: boolean; can_send_mail: boolean; can_use_passkeys: boolean; password: { min_length: number; max_length: number; is_checked_for_breaches: boolean } };
  UserResponse: { id: string; username: string; email: string; is_active: boolean; is_superuser: boolean; created_at: string; first_name: string | null; last_name: string | null; pending_email: string | null; updated_at: string | null; roles: Array<Schemas["RoleResponse"]> };
  RoleResponse: { id: string; name: string; description: string | null; created_at: string; updated_at: string | null; permissions: Array<Schemas["PermissionResponse"]> };
  PermissionResponse: { id: string; name: string; resource: string; action: string; description: string | null; created_at: string; updated_at: string | null };
  Register: { email: string; username: string; password: string };
  LoginResponse: { message: string; user: Schemas["UserListItem"]; access_token?: string; refresh_token?: string; token_type: "bearer" };
  UserListItem: { id: string; username: string; email: string; is_active: boolean; is_superuser: boolean; created_at: string };
  SecondFactorRequired: { message: string; challenge: string; methods: Array<"totp" | "passkey" | "recovery_code">; passkey_options?: Schemas["PasskeyRequestOptions"]; expires_in: number };
  PasskeyRequestOptions: { challenge: string; rpId: string; timeout: number; userVerification: "required" | "preferred"; allowCredentials: Array<{ id: string; type: "public-key"; transports: Array<string> }> };
  Login: { username: string; password: string; token_delivery?: "both" | "cookie" | "body" };
  Message: { message: string };
  ForbiddenResponse: Schemas["ErrorResponse"];
  Token: { access_token?: string; refresh_token?: string; token_type: "bearer" };
  Refresh: { refresh_token?: string };
  UpdateProfile: { email?: string; username?: string; first_name?: string | null; last_name?: string | null };
  ChangePassword: { current_password: string; new_password: string; end_tokens?: boolean };
  Reauthenticate: { password?: string; code?: string; recovery_code?: string; passkey?: Schemas["PasskeyAssertion"] };
  PasskeyAssertion: { id: string; response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | null } };
  SessionState: { user: Schemas["UserResponse"] | null; can_refresh: boolean; permissions: Array<string>; settings: Schemas["TimeSettings"] | null; running: Schemas["TimeEntryResponse"] | null };
  TimeSettings: { timezone: string; week_start: number; day_start_minutes: number; idle_timeout_seconds: number; streak_threshold_seconds: number; allow_overlap: boolean };
  TimeEntryResponse: { id: string; owner_id: string; organization_id?: string; project_id: string | null; task_id: string | null; tag_ids: Array<string>; description: string; started_at: string; ended_at: string | null; kind: "work" | "focus" | "break"; planned_seconds: number | null; is_billable: boolean; source: string; created_at: string; updated_at: string | null };
  SecondFactor: { challenge: string; code?: string; recovery_code?: string; passkey?: Schemas["PasskeyAssertion"] };
  SignInWithPasskey: { credential: Schemas["PasskeyAssertion"]; token_delivery?: "both" | "cookie" | "body" };
  Session: { id: string; is_current: boolean; device: string | null; user_agent: string | null; address: string | null; created_at: string; last_seen_at: string; expires_at: string };
  CreatedPersonalToken: { id: string; name: string; scopes: Array<string>; format: "personal" | "wakatime"; hint: string; created_at: string; expires_at: string; last_used_at: string | null; token: string };
  CreatePersonalToken: { name: string; scopes: Array<string>; format?: "personal" | "wakatime"; expires_in_days?: number };
  PersonalToken: { id: string; name: string; scopes: Array<string>; format: "personal" | "wakatime"; hint: string; created_at: string; expires_at: string; last_used_at: string | null };
  EmailStatus: { email: string; verified_at: string | null };
  VerifiedEmail: { message: string; review_token: string; expires_in: number; review: Schemas["AccessReview"] };
  AccessReview: { username: string; created_at: string; sessions: number; tokens: Array<{ name: string; created_at: string }>; keys: Array<{ name: string; created_at: string }>; feeds: Array<{ name: string; created_at: string }>; passkeys: Array<{ name: string; created_at: string }>; authenticator: boolean; recovery_codes: number };
  VerifyEmail: { token: string };
  ReviewedAccess: { message: string; ended: Schemas["EndedAccess"] };
  EndedAccess: { sessions: number; tokens: number; keys: number; feeds: number; passkeys: number; authenticators: number; recovery_codes: number };
  ReviewAccess: { review_token: string; decision: "keep" | "end" | "disown" };
  ConfirmedEmailChange: { message: string; review_token?: string; expires_in?: number; review?: Schemas["AccessReview"] };
  EmailChangeToken: { token: string };
  ForgotPassword: { email: string };
  PasswordReset: { message: string; ended: Schemas["EndedAccess"]; still_opens: { passkeys: Array<{ name: string; created_at: string }>; authenticator: boolean; recovery_codes: number } };
  ResetPassword: { token: string; new_password: string };
  PasskeyCreationOptions: { challenge: string; rp: { id: string; name: string }; user: { id: string; name: string; displayName: string }; pubKeyCredParams: Array<{ type: "public-key"; alg: number }>; timeout: number; excludeCredentials: Array<{ id: string; type: "public-key"; transports: Array<string> }>; authenticatorSelection: { residentKey: "required"; requireResidentKey: boolean; userVerification: "required" }; attestation: "none" };
  CreatedPasskey: { id: string; name: string; credential_id: string; is_backed_up: boolean; created_at: string; last_used_at: string | null; recovery_codes: Array<string> };
  CreatePasskey: { name: string; credential: Schemas["PasskeyRegistration"] };
  PasskeyRegistration: { id: string; response: { clientDataJSON: string; attestationObject: string; transports?: Array<string> } };
  Passkey: { id: string; name: string; credential_id: string; is_backed_up: boolean; created_at: string; last_used_at: string | null };
  RenamePasskey: { name: string };
  Preferences: { language: string | null; theme: "system" | "light" | "dark"; first_page: "today" | "entries" | "timesheet" | "calendar" | "activity" | "reports" | "year" | "focus" | "goals" | "projects"; has_single_key_shortcuts: boolean; hour_cycle: string | null };
  UpdatePreferences: { language?: string | null; theme?: "system" | "light" | "dark"; first_page?: "today" | "entries" | "timesheet" | "calendar" | "activity" | "reports" | "year" | "focus" | "goals" | "projects"; has_single_key_shortcuts?: boolean; hour_cycle?: string | null };
  PersonalData: { exported_at: string; user: Record<string, unknown>; roles: Array<Record<string, unknown>>; settings: Record<string, unknown> | null; preferences: Record<string, unknown> | null; memberships: Array<Record<string, unknown>>; sessions: Array<Record<string, unknown>>; personal_tokens: Array<Record<string, unknown>>; totp_factors: Array<Record<string, unknown>>; passkeys: Array<Record<string, unknown>>; used_recovery_codes: Array<Record<string, unknown>>; calendar_feeds: Array<Record<string, unknown>>; clients: Array<Record<string, unknown>>; projects: Array<Record<string, unknown>>; tasks: Array<Record<string, unknown>>; tags: Array<Record<string, unknown>>; goals: Array<Record<string, unknown>>; activity_rules: Array<Record<string, unknown>>; imports: Array<Record<string, unknown>>; activity_settings: Array<Record<string, unknown>>; time_entries: Array<Record<string, unknown>>; deleted_time_entries: Array<Record<string, unknown>>; heartbeats: Array<Record<string, unknown>>; heartbeat_sums: Array<Record<string, unknown>>; heartbeat_projects: Array<Record<string, unknown>>; heartbeat_agents: Array<Record<string, unknown>>; events_about_me: Array<Record<string, unknown>>; events_by_me: Array<Record<string, unknown>>; activity: Record<string, Record<string, unknown>> };
  Factors: { totp: { confirmed_at: string } | null; passkeys: number; recovery_codes_left: number };
  TotpEnrolment: { secret: string; otpauth_uri: string };
  RecoveryCodes: { message: string; recovery_codes: Array<string> };
  ConfirmTotp: { code: string };
  CreateUser: { email: string; username: string; first_name?: string | null; last_name?: string | null; role_ids?: Array<string> };
  AdministeredUser: { id: string; username: string; email: string; is_active: boolean; is_superuser: boolean; created_at: string; first_name: string | null; last_name: string | null; pending_email: string | null; updated_at: string | null; roles: Array<Schemas["RoleResponse"]>; ended?: Schemas["ClosedAccess"] };
  ClosedAccess: { tokens: Array<string>; keys: Array<string>; feeds: Array<string> };
  UpdateUser: { email?: string; username?: string; first_name?: string | null; last_name?: string | null; is_active?: boolean };
  AssignRoles: { role_ids: Array<string> };
  Erasure: { user_id: string; erase_after: string };
  ConfirmErasure: { username: string };
  PublicKeys: { keys: Array<Schemas["PublicKey"]> };
  PublicKey: { kty: "EC"; crv: "P-256"; x: string; y: string; kid: string; use: "sig"; alg: "ES256" };
  AuthorizationServerMetadata: { issuer: string; jwks_uri: string; response_types_supported: Array<string>; grant_types_supported: Array<string> };
  RoleListItem: { id: string; name: string; description: string | null; created_at: string };
  CreateRole: { name: string; description?: string | null; permission_ids?: Array<string> };
  UpdateRole: { name?: string; description?: string | null; permission_ids?: Array<string> };
  SetPermissions: { permission_ids: Array<string> };
  CreatePermission: { name?: string; resource: string; action: string; description?: string | null };
  UpdatePermission: { name?: string; resource?: string; action?: string; description?: string | null };
  AuditEvent: { id: string; occurred_at: string; actor_id: string | null; credential_id: string | null; action: string; target_type: string; target_id: string | null; address: string | null; request_id: string | null; details: Record<string, unknown> };
  OwnPermissions: { permissions: Array<string>; is_superuser: boolean };
  Decision: { decision: boolean; context?: Schemas["DecisionContext"] };
  DecisionContext: { reason?: "subject_unresolved" | "permission_missing"; error?: { status: 400; message: string } };
  EvaluationRequest: { subject: Schemas["AuthzenSubject"]; action: Schemas["AuthzenAction"]; resource: Schemas["AuthzenResource"]; context?: Record<string, unknown> };
  AuthzenSubject: { type: string; id: string; properties?: Record<string, unknown> };
  AuthzenAction: { name: string; properties?: Record<string, unknown> };
  AuthzenResource: { type: string; id: string; properties?: Record<string, unknown> };
  Decisions: { evaluations: Array<Schemas["Decision"]> };
  EvaluationsRequest: { subject?: Schemas["AuthzenSubject"]; action?: Schemas["AuthzenAction"]; resource?: Schemas["AuthzenResource"]; context?: Record<string, unknown>; evaluations?: Array<Record<string, unknown>>; options?: { evaluations_semantic?: "execute_all" | "deny_on_first_deny" | "permit_on_first_permit" } };
  SubjectResults: { results: Array<{ type: string; id: string }>; page: { next_token: string; count: number } };
  SubjectSearch: { subject: Schemas["AuthzenSubjectType"]; action: Schemas["AuthzenAction"]; resource: Schemas["AuthzenResource"]; context?: Record<string, unknown>; page?: { token?: string; limit?: number } };
  AuthzenSubjectType: { type: string; properties?: Record<string, unknown> };
  ResourceResults: { results: Array<{ type: string; id: string }>; page: { next_token: string; count: number } };
  ResourceSearch: { subject: Schemas["AuthzenSubject"]; action: Schemas["AuthzenAction"]; resource: Schemas["AuthzenResourceType"]; context?: Record<string, unknown>; page?: { token?: string; limit?: number } };
  AuthzenResourceType: { type: string; properties?: Record<string, unknown> };
  ActionResults: { results: Array<{ name: string }>; page: { next_token: string; count: number } };
  ActionSearch: { subject: Schemas["AuthzenSubject"]; resource: Schemas["AuthzenResource"]; context?: Record<string, unknown>; page?: { token?: string; limit?: number } };
  AuthzenConfiguration: { policy_decision_point: string; access_evaluation_endpoint: string; access_evaluations_endpoint: string; search_subject_endpoint: string; search_resource_endpoint: string; search_action_endpoint: string };
  ClientResponse: { id: string; owner_id: string; organization_id?: string; name: string; archived_at: string | null; created_at: string; updated_at: string | null };
  CreateClient: { name: string; organization_id?: string };
  UpdateClient: { name?: string; archived?: boolean };
  ProjectMember: { user_id: string; username: string; first_name: string | null; last_name: string | null; is_manager: boolean; created_at: string };
  SetProjectMember: { is_manager?: boolean };
  ProjectResponse: { id: string; owner_id: string; organization_id?: string; client_id: string | null; name: string; color: string; is_billable: boolean; estimate_seconds: number | null; visibility?: "organization" | "members"; archived_at: string | null; created_at: string; updated_at: string | null };
  CreateProject: { name: string; client_id?: string | null; color?: string; is_billable?: boolean; estimate_seconds?: number | null; visibility?: "organization" | "members"; organization_id?: string };
  UpdateProject: { name?: string; client_id?: string | null; color?: string; is_billable?: boolean; estimate_seconds?: number | null; visibility?: "organization" | "members"; archived?: boolean };
  MovedProject: { project_id: string; organization_id: string; dry_run: boolean; tasks: number; entries: number; clients: number; tags: number };
  MoveProject: { organization_id: string };
  TaskResponse: { id: string; owner_id: string; organization_id?: string; project_id: string | null; name: string; description: string | null; due_at: string | null; estimate_seconds: number | null; done_at: string | null; created_at: string; updated_at: string | null };
  CreateTask: { name: string; project_id?: string | null; description?: string | null; due_at?: string | null; estimate_seconds?: number | null; organization_id?: string };
  UpdateTask: { name?: string; project_id?: string | null; description?: string | null; due_at?: string | null; estimate_seconds?: number | null; done?: boolean };
  TagResponse: { id: string; owner_id: string; organization_id?: string; name: string; created_at: string; updated_at: string | null };
  CreateTag: { name: string; organization_id?: string };
  UpdateTag: { name?: string };
  CreateTimeEntry: { id?: string; organization_id?: string; project_id?: string | null; task_id?: string | null; tag_ids?: Array<string>; description?: string; kind?: "work" | "focus" | "break"; planned_seconds?: number | null; is_billable?: boolean; started_at?: string; ended_at?: string | null };
  StartTimer: { id?: string; organization_id?: string; project_id?: string | null; task_id?: string | null; tag_ids?: Array<string>; description?: string; kind?: "work" | "focus" | "break"; planned_seconds?: number | null; is_billable?: boolean; started_at?: string };
  RunningTimer: { entry: Schemas["TimeEntryResponse"] | null };
  TimeEntrySuggestion: { description: string; project_id: string | null; task_id: string | null; tag_ids: Array<string>; uses: number; last_used_at: string };
  BulkResults: { results: Array<{ status: number; id?: string; error?: "BAD_REQUEST" | "BUSINESS_LOGIC_ERROR" | "INVALID_ONE_TIME_TOKEN" | "INVALID_CREDENTIALS" | "INVALID_TOKEN" | "TOKEN_EXPIRED" | "REAUTHENTICATION_REQUIRED" | "INACTIVE_USER" | "PERMISSION_DENIED" | "NOT_FOUND" | "RESOURCE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "EMAIL_ALREADY_EXISTS" | "USERNAME_ALREADY_EXISTS" | "RESOURCE_ALREADY_EXISTS" | "IDEMPOTENCY_KEY_IN_USE" | "TIME_CONFLICT" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "MISDIRECTED_REQUEST" | "INVALID_PASSWORD" | "PASSWORD_MISMATCH" | "INVALID_CODE" | "INVALID_PASSKEY" | "IDEMPOTENCY_KEY_REUSED" | "VALIDATION_ERROR" | "RATE_LIMIT_EXCEEDED" | "DATABASE_ERROR" | "DATABASE_LIMIT_EXCEEDED" | "INTERNAL_SERVER_ERROR" | "SERVICE_BUSY" | "DATABASE_CONNECTION_ERROR"; message?: string }> };
  BulkTimeEntries: { items: Array<{ do: "create"; values: Schemas["CreateTimeEntry"] } | { do: "update"; id: string; values: Schemas["UpdateTimeEntry"] } | { do: "delete"; id: string }> };
  UpdateTimeEntry: { project_id?: string | null; task_id?: string | null; tag_ids?: Array<string>; description?: string; kind?: "work" | "focus" | "break"; planned_seconds?: number | null; is_billable?: boolean; started_at?: string; ended_at?: string | null };
  StopTimer: { at?: string };
  CreatedCalendarFeed: { id: string; name: string; created_at: string; last_read_at: string | null; url: string };
  CreateCalendarFeed: { name: string };
  CalendarFeed: { id: string; name: string; created_at: string; last_read_at: string | null };
  ImportResult: { dry_run: boolean; import_id: string | null; rows: number; created: number; duplicates: number; failed: number; made: { clients: number; projects: number; tasks: number; tags: number }; errors: Array<{ row: number; error: "BAD_REQUEST" | "BUSINESS_LOGIC_ERROR" | "INVALID_ONE_TIME_TOKEN" | "INVALID_CREDENTIALS" | "INVALID_TOKEN" | "TOKEN_EXPIRED" | "REAUTHENTICATION_REQUIRED" | "INACTIVE_USER" | "PERMISSION_DENIED" | "NOT_FOUND" | "RESOURCE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "EMAIL_ALREADY_EXISTS" | "USERNAME_ALREADY_EXISTS" | "RESOURCE_ALREADY_EXISTS" | "IDEMPOTENCY_KEY_IN_USE" | "TIME_CONFLICT" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "MISDIRECTED_REQUEST" | "INVALID_PASSWORD" | "PASSWORD_MISMATCH" | "INVALID_CODE" | "INVALID_PASSKEY" | "IDEMPOTENCY_KEY_REUSED" | "VALIDATION_ERROR" | "RATE_LIMIT_EXCEEDED" | "DATABASE_ERROR" | "DATABASE_LIMIT_EXCEEDED" | "INTERNAL_SERVER_ERROR" | "SERVICE_BUSY" | "DATABASE_CONNECTION_ERROR"; message: string }>; sample: Array<{ row: number; started_at: string; ended_at: string; description: string; client: string | null; project: string | null; task: string | null; tags: Array<string> }> };
  Import: { id: string; format: string; created_at: string; created: number };
  UndoneImport: { removed: number; kept: Array<string>; removed_with_it: { clients: number; projects: number; tasks: number; tags: number } };
  UpdateTimeSettings: { timezone?: string; week_start?: number; day_start_minutes?: number; idle_timeout_seconds?: number; streak_threshold_seconds?: number; allow_overlap?: boolean };
  GoalResponse: { id: string; owner_id: string; name: string; period: "day" | "week" | "month"; direction: "at_least" | "at_most"; target_seconds: number; client_id: string | null; project_id: string | null; task_id: string | null; tag_id: string | null; kind: "work" | "focus" | "break" | null; weekdays: Array<number>; archived_at: string | null; created_at: string; updated_at: string | null };
  CreateGoal: { name: string; period: "day" | "week" | "month"; direction: "at_least" | "at_most"; target_seconds: number; client_id?: string | null; project_id?: string | null; task_id?: string | null; tag_id?: string | null; kind?: "work" | "focus" | "break" | null; weekdays?: Array<number> };
  GoalProgress: { timezone: string; today: string; as_of: string; goals: Array<{ id: string; name: string; period: "day" | "week" | "month"; direction: "at_least" | "at_most"; target_seconds: number; current: { from: string; to: string; covered_seconds: number; status: "met" | "on_track" | "behind" | "missed" | "off" }; previous: Array<{ from: string; to: string; covered_seconds: number; status: "met" | "missed" }>; streak: { current: number; longest: number } }> };
  UpdateGoal: { name?: string; period?: "day" | "week" | "month"; direction?: "at_least" | "at_most"; target_seconds?: number; client_id?: string | null; project_id?: string | null; task_id?: string | null; tag_id?: string | null; kind?: "work" | "focus" | "break" | null; weekdays?: Array<number>; archived?: boolean };
  SummaryReport: { from: string; to: string; timezone: string; as_of: string; tracked_seconds: number; covered_seconds: number; activity_seconds?: number; entries: number; groups: Array<{ keys: Array<string | null>; labels: Array<string | null>; tracked_seconds: number; covered_seconds: number; activity_seconds?: number; entries: number }>; previous: { from: string; to: string; tracked_seconds: number; covered_seconds: number; activity_seconds?: number; entries: number } | null };
  TimesheetReport: { from: string; to: string; timezone: string; as_of: string; days: Array<{ day: string; tracked_seconds: number; covered_seconds: number; activity_seconds?: number; entries: number }>; rows: Array<{ project_id: string | null; name: string | null; tracked_seconds: number; days: Array<number> }> };
  HeatmapReport: { from: string; to: string; timezone: string; as_of: string; days: Array<{ day: string; covered_seconds: number; activity_seconds?: number }> };
  StreakReport: { today: string; timezone: string; as_of: string; threshold_seconds: number; current: number; longest: number; counted_today: boolean };
  FocusReport: { from: string; to: string; timezone: string; as_of: string; focus_seconds: number; sessions: number; longest_seconds: number; switches_per_hour: number; planned: number; completed: number };
  Organization: { id: string; name: string; slug: string; description: string | null; timezone: string; week_start: number; currency: string; role: Schemas["OrganizationRoleName"] | null; member_count: number; department_count: number; created_at: string; updated_at: string | null };
  OrganizationRoleName: { id: string; name: string };
  OrganizationResponse: { id: string; name: string; slug: string; description: string | null; timezone: string; week_start: number; currency: string; role: Schemas["OrganizationRoleName"] | null; member_count: number; department_count: number; created_at: string; updated_at: string | null; grants: Array<string> };
  CreateOrganization: { name: string; slug?: string; description?: string | null; timezone?: string; week_start?: number; currency?: string };
  UpdateOrganization: { name?: string; slug?: string; description?: string | null; timezone?: string; week_start?: number; currency?: string };
  TransferOrganization: { user_id: string };
  OrganizationMember: { user_id: string; username: string; first_name: string | null; last_name: string | null; email: string | null; is_active: boolean; role: Schemas["OrganizationRoleName"]; joined_at: string; left_at: string | null };
  UpdateMember: { role_id: string };
  AddMember: { role_id?: string };
  OrganizationRole: { id: string; name: string; description: string | null; is_builtin: boolean; grants: Array<string>; member_count: number; created_at: string; updated_at: string | null };
  CreateOrganizationRole: { name: string; description?: string | null; grants: Array<"organization:update" | "organization:delete" | "organization:transfer" | "members:read" | "members:invite" | "members:update" | "members:remove" | "roles:create" | "roles:read" | "roles:update" | "roles:delete" | "teams:create" | "teams:read" | "teams:update" | "teams:delete" | "clients:create" | "clients:read" | "clients:update" | "clients:delete" | "clients:read_any" | "clients:update_any" | "clients:delete_any" | "projects:create" | "projects:read" | "projects:update" | "projects:delete" | "projects:read_any" | "projects:update_any" | "projects:delete_any" | "tasks:create" | "tasks:read" | "tasks:update" | "tasks:delete" | "tasks:read_any" | "tasks:update_any" | "tasks:delete_any" | "tags:create" | "tags:read" | "tags:update" | "tags:delete" | "tags:read_any" | "tags:update_any" | "tags:delete_any" | "time_entries:create" | "time_entries:read" | "time_entries:update" | "time_entries:delete" | "time_entries:read_any" | "time_entries:update_any" | "time_entries:delete_any" | "reports:read" | "reports:read_any" | "export:read" | "audit:read"> };
  UpdateOrganizationRole: { name?: string; description?: string | null; grants?: Array<"organization:update" | "organization:delete" | "organization:transfer" | "members:read" | "members:invite" | "members:update" | "members:remove" | "roles:create" | "roles:read" | "roles:update" | "roles:delete" | "teams:create" | "teams:read" | "teams:update" | "teams:delete" | "clients:create" | "clients:read" | "clients:update" | "clients:delete" | "clients:read_any" | "clients:update_any" | "clients:delete_any" | "projects:create" | "projects:read" | "projects:update" | "projects:delete" | "projects:read_any" | "projects:update_any" | "projects:delete_any" | "tasks:create" | "tasks:read" | "tasks:update" | "tasks:delete" | "tasks:read_any" | "tasks:update_any" | "tasks:delete_any" | "tags:create" | "tags:read" | "tags:update" | "tags:delete" | "tags:read_any" | "tags:update_any" | "tags:delete_any" | "time_entries:create" | "time_entries:read" | "time_entries:update" | "time_entries:delete" | "time_entries:read_any" | "time_entries:update_any" | "time_entries:delete_any" | "reports:read" | "reports:read_any" | "export:read" | "audit:read"> };
  OrganizationEvent: { id: string; occurred_at: string; actor_id: string | null; action: string; target_type: string; target_id: string | null; details: Record<string, unknown> };
  Invitation: { id: string; organization_id: string; email: string; role: { id: string; name: string }; team_id: string | null; invited_by: string; created_at: string; expires_at: string };
  CreateInvitation: { email: string; role_id: string; team_id?: string | null };
  DepartmentResponse: { id: string; organization_id: string; name: string; description: string | null; team_count: number; member_count: number; managers: Array<Schemas["Person"]>; created_at: string; updated_at: string | null };
  Person: { id: string; username: string; first_name: string | null; last_name: string | null };
  OwnInvitation: { id: string; organization: { id: string; name: string }; role: { id: string; name: string }; created_at: string; expires_at: string };
  InvitationToken: { token: string };
  CreateDepartment: { name: string; description?: string | null; organization_id: string };
  UpdateDepartment: { name?: string; description?: string | null };
  TeamResponse: { id: string; organization_id: string; department_id: string | null; name: string; description: string | null; lead_id: string | null; lead: Schemas["Person"] | null; leads: Array<Schemas["Person"]>; member_count: number; created_at: string; updated_at: string | null };
  CreateTeam: { name: string; description?: string | null; department_id?: string | null; lead_id?: string | null; organization_id?: string };
  UpdateTeam: { name?: string; description?: string | null; department_id?: string | null; lead_id?: string | null };
  TeamMember: { id: string; username: string; first_name: string | null; last_name: string | null; is_lead: boolean; joined_at: string };
  AddTeamMember: { user_id: string };
  ActivityRuleResponse: { id: string; owner_id: string; position: number; field: "app" | "title" | "domain" | "project"; match: "equals" | "contains" | "starts_with" | "ends_with"; pattern: string; project_id: string | null; category: string | null; productivity: number | null; created_at: string; updated_at: string | null };
  CreateActivityRule: { field: "app" | "title" | "domain" | "project"; match: "equals" | "contains" | "starts_with" | "ends_with"; pattern: string; project_id?: string | null; category?: string | null; productivity?: number | null };
  ActivityRuleOrder: { rule_ids: Array<string> };
  UpdateActivityRule: { field?: "app" | "title" | "domain" | "project"; match?: "equals" | "contains" | "starts_with" | "ends_with"; pattern?: string; project_id?: string | null; category?: string | null; productivity?: number | null };
  ActivityReport: { from: string; to: string; timezone: string; active_seconds: number; unclassified_seconds: number; pulse: number | null; days: Array<{ day: string; active_seconds: number; unclassified_seconds: number; pulse: number | null }>; groups: Array<{ category: string | null; project_id: string | null; active_seconds: number; pulse: number | null }>; rules: Array<{ id: string | null; active_seconds: number }>; unclassified: Array<{ app: string; domain: string; project: string; active_seconds: number }> };
  ActivityDryRun: { from?: string; to?: string; timezone?: string; rules?: Array<Schemas["CreateActivityRule"]> };
  ActivityEntries: { entries: Array<{ id: string | null; project_id: string | null; description: string; started_at: string; ended_at: string }> };
  CreateActivityEntries: { from: string; to: string; max_gap_seconds?: number; min_seconds?: number; dry_run?: boolean };
  TakenHeartbeats: { responses: Array<Array<unknown>> };
  SentHeartbeats: Array<Schemas["SentHeartbeat"]>;
  TakenHeartbeat: { data: { id: string; entity: string; type: string; time: number } };
  WaitingHeartbeat: { data: { entity: string; type: string; time: number } };
  SentHeartbeat: { entity: string; time: number | string; type?: string | null; category?: string | null; project?: string | null; branch?: string | null; language?: string | null; is_write?: boolean | null; user_agent?: string | null; machine?: string | null };
  Heartbeats: { data: Array<{ id: string; time: number; entity: string; type: string; category: string | null; project: string | null; branch: string | null; language: string | null; is_write: boolean; lines: number | null; lineno: number | null; cursorpos: number | null; machine: string | null; editor: string | null; operating_system: string | null; user_agent_id: string | null; user_id: string; machine_name_id: string | null; created_at: string }>; start: string; end: string; timezone: string };
  ActivityStatusBar: { cached_at: string; data: Schemas["ActivityDaySummary"] };
  ActivityTimePart: { name: string; total_seconds: number; hours: number; minutes: number; digital: string; decimal: string; text: string; seconds: number; percent: number };
  ActivityDaySummary: { grand_total: { total_seconds: number; hours: number; minutes: number; digital: string; decimal: string; text: string }; range: { date: string; start: string; end: string; text: string; timezone: string }; projects: Array<Schemas["ActivityTimePart"]>; languages: Array<Schemas["ActivityTimePart"]>; categories: Array<Schemas["ActivityTimePart"]>; editors: Array<Schemas["ActivityTimePart"]>; operating_systems: Array<Schemas["ActivityTimePart"]>; machines: Array<Schemas["ActivityTimePart"]>; dependencies: Array<Schemas["ActivityTimePart"]>; branches?: Array<Schemas["ActivityTimePart"]>; entities?: Array<Schemas["ActivityTimePart"]> };
  ActivitySummaries: { data: Array<Schemas["ActivityDaySummary"]>; start: string; end: string; cumulative_total: { seconds: number; text: string; digital: string; decimal: string }; daily_average: { seconds: number; text: string; seconds_including_other_language: number; text_including_other_language: string; days_including_holidays: number; days_minus_holidays: number; holidays: number } };
  ActivityDurations: { data: Array<{ time: number; duration: number; project: string | null }>; branches: Array<string>; start: string; end: string; timezone: string };
  ActivityStats: { data: { user_id: string; username: string; start: string; end: string; timezone: string; range: string; status: "ok" | "pending_update"; is_up_to_date: boolean; percent_calculated: number; is_already_updating: false; is_stuck: false; is_up_to_date_pending_future: false; is_cached: false; is_including_today: boolean; is_coding_activity_visible: false; is_other_usage_visible: false; timeout: number; writes_only: boolean; total_seconds: number; total_seconds_including_other_language: number; daily_average: number; daily_average_including_other_language: number; days_including_holidays: number; days_minus_holidays: number; holidays: number; best_day: { date: string; total_seconds: number; text: string } | null; human_readable_range: string; human_readable_total: string; human_readable_total_including_other_language: string; human_readable_daily_average: string; human_readable_daily_average_including_other_language: string; projects: Array<Schemas["ActivityTimePart"]>; languages: Array<Schemas["ActivityTimePart"]>; categories: Array<Schemas["ActivityTimePart"]>; editors: Array<Schemas["ActivityTimePart"]>; operating_systems: Array<Schemas["ActivityTimePart"]>; machines: Array<Schemas["ActivityTimePart"]>; dependencies: Array<Schemas["ActivityTimePart"]>; created_at: string; modified_at: string } };
  ActivityLeaders: { current_user: { rank: 1; running_total: { total_seconds: number; human_readable_total: string; daily_average: number; human_readable_daily_average: string; languages: Array<{ name: string; total_seconds: number }>; modified_at: string }; user: { id: string; username: string; display_name: string; full_name: string; photo: null; website: null; human_readable_website: null; location: null; is_email_public: false; is_hireable: false; photo_public: false; email: null }; page: 1 }; data: Array<{ rank: 1; running_total: { total_seconds: number; human_readable_total: string; daily_average: number; human_readable_daily_average: string; languages: Array<{ name: string; total_seconds: number }>; modified_at: string }; user: { id: string; username: string; display_name: string; full_name: string; photo: null; website: null; human_readable_website: null; location: null; is_email_public: false; is_hireable: false; photo_public: false; email: null } }>; language: string | null; country_code: null; is_hireable: null; page: number; total_pages: 1; range: { name: string; text: string; start_date: string; start_text: string; end_date: string; end_text: string }; timeout: number; writes_only: false; modified_at: string };
  ActivityAllTime: { data: { total_seconds: number; hours: number; minutes: number; digital: string; decimal: string; text: string; is_up_to_date: boolean; percent_calculated: number; timeout: number; range: { start: string; start_date: string; start_text: string; end: string; end_date: string; end_text: string; timezone: string } } };
  ActivityUser: { data: { id: string; username: string; display_name: string; full_name: string; photo: null; website: null; human_readable_website: null; location: null; is_email_public: false; is_hireable: false; photo_public: false; email: string; is_email_confirmed: boolean; public_email: null; bio: null; city: null; plan: null; timezone: string; timeout: number; writes_only: false; last_heartbeat_at: string | null; last_project: string | null; last_plugin: string | null; last_plugin_name: string | null; has_premium_features: false; logged_time_public: false; languages_used_public: false; created_at: string; modified_at: string | null } };
  ActivityProjects: { data: Array<{ id: string; name: string; urlencoded_name: string; first_heartbeat_at: string; last_heartbeat_at: string; human_readable_first_heartbeat_at: string; human_readable_last_heartbeat_at: string; color: null; badge: null; repository: null; has_public_url: false; created_at: string }>; total: number; total_pages: number; page: number; prev_page: number | null; next_page: number | null };
  ActivityUserAgents: { data: Array<{ id: string; value: string; editor: string | null; version: string | null; os: string | null; is_browser_extension: boolean; is_desktop_app: boolean; first_seen: string; last_seen: string; first_seen_at: string; last_seen_at: string; created_at: string }>; total: number; total_pages: number; page: number; prev_page: number | null; next_page: number | null };
  ActivityMachines: { data: Array<{ id: string; name: string; value: string; ip: null; timezone: null; created_at: string; last_seen_at: string }>; total: number; total_pages: number; page: number; prev_page: number | null; next_page: number | null };
  ActivityGoals: { data: Array<Schemas["ActivityGoal"]>; total: number; total_pages: number };
  ActivityGoal: { id: string; type: string; title: string; custom_title: string; delta: "day" | "week" | "month"; seconds: number; status: "success" | "fail" | "pending" | "ignored"; status_percent_calculated: number; average_status: "success" | "fail"; cumulative_status: "success" | "fail"; range_text: string; chart_data: Array<{ actual_seconds: number; actual_seconds_text: string; goal_seconds: number; goal_seconds_text: string; range: { date: string; start: string; end: string; text: string; timezone: string }; range_status: "success" | "fail" | "pending" | "ignored"; range_status_reason: string; range_status_reason_short: string }>; projects: Array<string>; languages: Array<unknown>; editors: Array<unknown>; ignore_days: Array<string>; ignore_zero_days: false; improve_by_percent: null; is_current_user_owner: true; is_enabled: true; is_inverse: boolean; is_snoozed: false; is_tweeting: false; snooze_until: null; owner: { id: string; username: string; display_name: string; full_name: string; email: null; photo: null }; shared_with: Array<unknown>; subscribers: Array<unknown>; created_at: string; modified_at: string | null };
  ActivityGoalOfToday: { cached_at: string; data: Schemas["ActivityGoal"] };
  NoFileExperts: { data: Array<unknown> };
  IgnoredReport: { data: null };
  ActivityWatchInfo: { hostname: string; version: string; testing: boolean; device_id: string };
  ActivityBuckets: Record<string, Schemas["ActivityBucket"]>;
  ActivityBucket: { id: string; type: string; client: string; hostname: string; data: Record<string, unknown>; created: string; last_updated?: string };
  NewActivityBucket: { type: string; client: string; hostname: string; data?: Record<string, unknown>; created?: string | null };
  ActivityEvent: { id: number; timestamp: string; duration: number; data: Record<string, unknown> };
  NewActivityEvents: Array<Schemas["NewActivityEvent"]>;
  NewActivityEvent: { id?: number | null; timestamp: string; duration?: number; data: Record<string, unknown> };
  ActivityHeartbeat: { timestamp: string; duration?: number; data: Record<string, unknown> };
  ActivityQueryResults: Array<unknown>;
  ActivityQuery: { query: Array<string>; timeperiods: Array<string> };
  ActivityExport: { buckets: Record<string, Schemas["ActivityBucket"]> };
  ActivityImportReport: { refused: number; details: Array<Schemas["ErrorDetail"]> };
  ActivityImport: { buckets: Record<string, { id?: string | null; type?: string | null; client?: string | null; hostname?: string | null; data?: Record<string, unknown>; created?: string | null; events?: Array<Schemas["ActivityHeartbeat"]> }> };
}

export interface paths {
  "/": {
    get: { responses: { 200: { content: { "application/json": Schemas["About"] } }; 302: { content: never }; default: Refused } };
  };
  "/health": {
    get: { responses: { 200: { content: { "application/json": Schemas["Health"] } }; default: Refused } };
  };
  "/health/detailed": {
    get: { responses: { 200: { content: { "application/json": Schemas["DetailedHealth"] } }; default: Refused } };
  };
  "/auth/settings": {
    get: { responses: { 200: { content: { "application/json": Schemas["PublicSettings"] } }; default: Refused } };
  };
  "/auth/register": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["Register"] } }; responses: { 201: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
  };
  "/auth/login": {
    post: { requestBody: { content: { "application/json": Schemas["Login"] } }; responses: { 200: { content: { "application/json": Schemas["LoginResponse"] } }; 202: { content: { "application/json": Schemas["SecondFactorRequired"] } }; default: Refused } };
  };
  "/auth/logout": {
    post: { parameters: { query?: { clear_storage?: boolean } }; responses: { 200: { content: { "application/json": Schemas["Message"] } }; default: Refused } };
  };
  "/auth/refresh": {
    post: { requestBody?: { content: { "application/json": Schemas["Refresh"] } }; responses: { 200: { content: { "application/json": Schemas["Token"] } }; default: Refused } };
  };
  "/auth/me": {
    get: { responses: { 200: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
    put: { requestBody: { content: { "application/json": Schemas["UpdateProfile"] } }; responses: { 200: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
    delete: { responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/me/password": {
    put: { requestBody: { content: { "application/json": Schemas["ChangePassword"] } }; responses: { 200: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
  };
  "/auth/reauthenticate/options": {
    post: { responses: { 200: { content: { "application/json": Schemas["PasskeyRequestOptions"] } }; default: Refused } };
  };
  "/auth/reauthenticate": {
    post: { requestBody: { content: { "application/json": Schemas["Reauthenticate"] } }; responses: { 200: { content: { "application/json": Schemas["Message"] } }; default: Refused } };
  };
  "/auth/session": {
    get: { responses: { 200: { content: { "application/json": Schemas["SessionState"] } }; default: Refused } };
  };
  "/auth/login/second-factor": {
    post: { requestBody: { content: { "application/json": Schemas["SecondFactor"] } }; responses: { 200: { content: { "application/json": Schemas["LoginResponse"] } }; default: Refused } };
  };
  "/auth/login/passkey/options": {
    post: { responses: { 200: { content: { "application/json": Schemas["PasskeyRequestOptions"] } }; default: Refused } };
  };
  "/auth/login/passkey": {
    post: { requestBody: { content: { "application/json": Schemas["SignInWithPasskey"] } }; responses: { 200: { content: { "application/json": Schemas["LoginResponse"] } }; default: Refused } };
  };
  "/auth/sessions": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "created_at" | "-created_at" } }; responses: { 200: { content: { "application/json": Array<Schemas["Session"]> } }; default: Refused } };
    delete: { responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/sessions/{session_id}": {
    delete: { parameters: { path: { session_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/tokens": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreatePersonalToken"] } }; responses: { 201: { content: { "application/json": Schemas["CreatedPersonalToken"] } }; default: Refused } };
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "created_at" | "-created_at" } }; responses: { 200: { content: { "application/json": Array<Schemas["PersonalToken"]> } }; default: Refused } };
  };
  "/auth/tokens/{token_id}": {
    delete: { parameters: { path: { token_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/email": {
    get: { responses: { 200: { content: { "application/json": Schemas["EmailStatus"] } }; default: Refused } };
  };
  "/auth/email/verification": {
    post: { responses: { 202: { content: { "application/json": Schemas["Message"] } }; default: Refused } };
  };
  "/auth/email/verify": {
    post: { requestBody: { content: { "application/json": Schemas["VerifyEmail"] } }; responses: { 200: { content: { "application/json": Schemas["VerifiedEmail"] } }; default: Refused } };
  };
  "/auth/email/review": {
    post: { requestBody: { content: { "application/json": Schemas["ReviewAccess"] } }; responses: { 200: { content: { "application/json": Schemas["ReviewedAccess"] } }; default: Refused } };
  };
  "/auth/email/confirm-change": {
    post: { requestBody: { content: { "application/json": Schemas["EmailChangeToken"] } }; responses: { 200: { content: { "application/json": Schemas["ConfirmedEmailChange"] } }; default: Refused } };
  };
  "/auth/email/approve-change": {
    post: { requestBody: { content: { "application/json": Schemas["EmailChangeToken"] } }; responses: { 200: { content: { "application/json": Schemas["Message"] } }; default: Refused } };
  };
  "/auth/email/stop-change": {
    post: { requestBody: { content: { "application/json": Schemas["EmailChangeToken"] } }; responses: { 200: { content: { "application/json": Schemas["Message"] } }; default: Refused } };
  };
  "/auth/password/forgot": {
    post: { requestBody: { content: { "application/json": Schemas["ForgotPassword"] } }; responses: { 202: { content: { "application/json": Schemas["Message"] } }; default: Refused } };
  };
  "/auth/password/reset": {
    post: { requestBody: { content: { "application/json": Schemas["ResetPassword"] } }; responses: { 200: { content: { "application/json": Schemas["PasswordReset"] } }; default: Refused } };
  };
  "/auth/passkeys/options": {
    post: { responses: { 200: { content: { "application/json": Schemas["PasskeyCreationOptions"] } }; default: Refused } };
  };
  "/auth/passkeys": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreatePasskey"] } }; responses: { 201: { content: { "application/json": Schemas["CreatedPasskey"] } }; default: Refused } };
    get: { responses: { 200: { content: { "application/json": Array<Schemas["Passkey"]> } }; default: Refused } };
  };
  "/auth/passkeys/{passkey_id}": {
    patch: { parameters: { path: { passkey_id: string } }; requestBody: { content: { "application/json": Schemas["RenamePasskey"] } }; responses: { 200: { content: { "application/json": Schemas["Passkey"] } }; default: Refused } };
    delete: { parameters: { path: { passkey_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/me/preferences": {
    get: { responses: { 200: { content: { "application/json": Schemas["Preferences"] } }; default: Refused } };
    patch: { parameters: { header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdatePreferences"] } }; responses: { 200: { content: { "application/json": Schemas["Preferences"] } }; default: Refused } };
  };
  "/auth/me/data": {
    get: { responses: { 200: { content: { "application/json": Schemas["PersonalData"] } }; default: Refused } };
  };
  "/auth/factors": {
    get: { responses: { 200: { content: { "application/json": Schemas["Factors"] } }; default: Refused } };
  };
  "/auth/factors/totp": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; responses: { 201: { content: { "application/json": Schemas["TotpEnrolment"] } }; default: Refused } };
    delete: { responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/factors/totp/confirm": {
    post: { requestBody: { content: { "application/json": Schemas["ConfirmTotp"] } }; responses: { 200: { content: { "application/json": Schemas["RecoveryCodes"] } }; default: Refused } };
  };
  "/auth/factors/recovery-codes": {
    post: { responses: { 200: { content: { "application/json": Schemas["RecoveryCodes"] } }; default: Refused } };
  };
  "/auth/users/{user_id}/factors": {
    delete: { parameters: { path: { user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/users": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; deleted?: boolean; sort?: "created_at" | "-created_at" | "username" | "-username" | "email" | "-email"; q?: string; is_active?: boolean } }; responses: { 200: { content: { "application/json": Array<Schemas["UserListItem"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateUser"] } }; responses: { 201: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
  };
  "/auth/users/{user_id}": {
    get: { parameters: { path: { user_id: string } }; responses: { 200: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
    put: { parameters: { path: { user_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateUser"] } }; responses: { 200: { content: { "application/json": Schemas["AdministeredUser"] } }; default: Refused } };
    delete: { parameters: { path: { user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/users/{user_id}/restore": {
    post: { parameters: { path: { user_id: string } }; responses: { 200: { content: { "application/json": Schemas["AdministeredUser"] } }; default: Refused } };
  };
  "/auth/users/{user_id}/activate": {
    post: { parameters: { path: { user_id: string } }; responses: { 200: { content: { "application/json": Schemas["AdministeredUser"] } }; default: Refused } };
  };
  "/auth/users/{user_id}/deactivate": {
    post: { parameters: { path: { user_id: string } }; responses: { 200: { content: { "application/json": Schemas["AdministeredUser"] } }; default: Refused } };
  };
  "/auth/users/{user_id}/roles": {
    post: { parameters: { path: { user_id: string } }; requestBody: { content: { "application/json": Schemas["AssignRoles"] } }; responses: { 200: { content: { "application/json": Schemas["UserResponse"] } }; default: Refused } };
  };
  "/auth/users/{user_id}/sessions": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "created_at" | "-created_at" }; path: { user_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["Session"]> } }; default: Refused } };
    delete: { parameters: { path: { user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/users/{user_id}/sessions/{session_id}": {
    delete: { parameters: { path: { user_id: string; session_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/auth/users/{user_id}/data": {
    delete: { parameters: { path: { user_id: string } }; requestBody: { content: { "application/json": Schemas["ConfirmErasure"] } }; responses: { 202: { content: { "application/json": Schemas["Erasure"] } }; default: Refused } };
  };
  "/.well-known/jwks.json": {
    get: { parameters: { header?: { "If-None-Match"?: string } }; responses: { 200: { content: { "application/json": Schemas["PublicKeys"] } }; 304: { content: never }; default: Refused } };
  };
  "/.well-known/oauth-authorization-server": {
    get: { responses: { 200: { content: { "application/json": Schemas["AuthorizationServerMetadata"] } }; default: Refused } };
  };
  "/roles": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string } }; responses: { 200: { content: { "application/json": Array<Schemas["RoleListItem"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateRole"] } }; responses: { 201: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
  };
  "/roles/{role_id}": {
    get: { parameters: { path: { role_id: string } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
    put: { parameters: { path: { role_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateRole"] } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
    delete: { parameters: { path: { role_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/roles/name/{role_name}": {
    get: { parameters: { path: { role_name: string } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
  };
  "/roles/{role_id}/restore": {
    post: { parameters: { path: { role_id: string } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
  };
  "/roles/{role_id}/permissions": {
    post: { parameters: { path: { role_id: string } }; requestBody: { content: { "application/json": Schemas["SetPermissions"] } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
  };
  "/roles/{role_id}/permissions/{permission_id}": {
    post: { parameters: { path: { role_id: string; permission_id: string } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
    delete: { parameters: { path: { role_id: string; permission_id: string } }; responses: { 200: { content: { "application/json": Schemas["RoleResponse"] } }; default: Refused } };
  };
  "/permissions": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string } }; responses: { 200: { content: { "application/json": Array<Schemas["PermissionResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreatePermission"] } }; responses: { 201: { content: { "application/json": Schemas["PermissionResponse"] } }; default: Refused } };
  };
  "/permissions/{permission_id}": {
    get: { parameters: { path: { permission_id: string } }; responses: { 200: { content: { "application/json": Schemas["PermissionResponse"] } }; default: Refused } };
    put: { parameters: { path: { permission_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdatePermission"] } }; responses: { 200: { content: { "application/json": Schemas["PermissionResponse"] } }; default: Refused } };
    delete: { parameters: { path: { permission_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/permissions/name/{permission_name}": {
    get: { parameters: { path: { permission_name: string } }; responses: { 200: { content: { "application/json": Schemas["PermissionResponse"] } }; default: Refused } };
  };
  "/permissions/resource/{resource}": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string }; path: { resource: string } }; responses: { 200: { content: { "application/json": Array<Schemas["PermissionResponse"]> } }; default: Refused } };
  };
  "/permissions/{permission_id}/restore": {
    post: { parameters: { path: { permission_id: string } }; responses: { 200: { content: { "application/json": Schemas["PermissionResponse"] } }; default: Refused } };
  };
  "/audit": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; actor_id?: string; target_id?: string; target_type?: string; action?: string; request_id?: string; from?: string; to?: string } }; responses: { 200: { content: { "application/json": Array<Schemas["AuditEvent"]>; "application/x-ndjson": string } }; default: Refused } };
  };
  "/auth/me/permissions": {
    get: { parameters: { header?: { "If-None-Match"?: string } }; responses: { 200: { content: { "application/json": Schemas["OwnPermissions"] } }; 304: { content: never }; default: Refused } };
  };
  "/access/v1/evaluation": {
    post: { requestBody: { content: { "application/json": Schemas["EvaluationRequest"] } }; responses: { 200: { content: { "application/json": Schemas["Decision"] } }; default: Refused } };
  };
  "/access/v1/evaluations": {
    post: { requestBody: { content: { "application/json": Schemas["EvaluationsRequest"] } }; responses: { 200: { content: { "application/json": Schemas["Decisions"] | Schemas["Decision"] } }; default: Refused } };
  };
  "/access/v1/search/subject": {
    post: { requestBody: { content: { "application/json": Schemas["SubjectSearch"] } }; responses: { 200: { content: { "application/json": Schemas["SubjectResults"] } }; default: Refused } };
  };
  "/access/v1/search/resource": {
    post: { requestBody: { content: { "application/json": Schemas["ResourceSearch"] } }; responses: { 200: { content: { "application/json": Schemas["ResourceResults"] } }; default: Refused } };
  };
  "/access/v1/search/action": {
    post: { requestBody: { content: { "application/json": Schemas["ActionSearch"] } }; responses: { 200: { content: { "application/json": Schemas["ActionResults"] } }; default: Refused } };
  };
  "/.well-known/authzen-configuration": {
    get: { responses: { 200: { content: { "application/json": Schemas["AuthzenConfiguration"] } }; default: Refused } };
  };
  "/clients": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; owner_id?: string | "all"; organization_id?: string | "none" | "all"; count?: boolean; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string; archived?: boolean } }; responses: { 200: { content: { "application/json": Array<Schemas["ClientResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateClient"] } }; responses: { 201: { content: { "application/json": Schemas["ClientResponse"] } }; default: Refused } };
  };
  "/clients/{client_id}": {
    get: { parameters: { path: { client_id: string } }; responses: { 200: { content: { "application/json": Schemas["ClientResponse"] } }; default: Refused } };
    patch: { parameters: { path: { client_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateClient"] } }; responses: { 200: { content: { "application/json": Schemas["ClientResponse"] } }; default: Refused } };
    delete: { parameters: { path: { client_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/clients/{client_id}/restore": {
    post: { parameters: { path: { client_id: string } }; responses: { 200: { content: { "application/json": Schemas["ClientResponse"] } }; default: Refused } };
  };
  "/projects/{project_id}/members": {
    get: { parameters: { path: { project_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["ProjectMember"]> } }; default: Refused } };
  };
  "/projects/{project_id}/members/{user_id}": {
    put: { parameters: { path: { project_id: string; user_id: string } }; requestBody: { content: { "application/json": Schemas["SetProjectMember"] } }; responses: { 200: { content: { "application/json": Schemas["ProjectMember"] } }; default: Refused } };
    delete: { parameters: { path: { project_id: string; user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/projects": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; owner_id?: string | "all"; organization_id?: string | "none" | "all"; count?: boolean; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string; client_id?: string; archived?: boolean } }; responses: { 200: { content: { "application/json": Array<Schemas["ProjectResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateProject"] } }; responses: { 201: { content: { "application/json": Schemas["ProjectResponse"] } }; default: Refused } };
  };
  "/projects/{project_id}": {
    get: { parameters: { path: { project_id: string } }; responses: { 200: { content: { "application/json": Schemas["ProjectResponse"] } }; default: Refused } };
    patch: { parameters: { path: { project_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateProject"] } }; responses: { 200: { content: { "application/json": Schemas["ProjectResponse"] } }; default: Refused } };
    delete: { parameters: { path: { project_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/projects/{project_id}/restore": {
    post: { parameters: { path: { project_id: string } }; responses: { 200: { content: { "application/json": Schemas["ProjectResponse"] } }; default: Refused } };
  };
  "/projects/{project_id}/move": {
    post: { parameters: { query?: { dry_run?: boolean }; path: { project_id: string } }; requestBody: { content: { "application/json": Schemas["MoveProject"] } }; responses: { 200: { content: { "application/json": Schemas["MovedProject"] } }; default: Refused } };
  };
  "/tasks": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; owner_id?: string | "all"; organization_id?: string | "none" | "all"; count?: boolean; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string; project_id?: string; done?: boolean } }; responses: { 200: { content: { "application/json": Array<Schemas["TaskResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateTask"] } }; responses: { 201: { content: { "application/json": Schemas["TaskResponse"] } }; default: Refused } };
  };
  "/tasks/{task_id}": {
    get: { parameters: { path: { task_id: string } }; responses: { 200: { content: { "application/json": Schemas["TaskResponse"] } }; default: Refused } };
    patch: { parameters: { path: { task_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateTask"] } }; responses: { 200: { content: { "application/json": Schemas["TaskResponse"] } }; default: Refused } };
    delete: { parameters: { path: { task_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/tasks/{task_id}/restore": {
    post: { parameters: { path: { task_id: string } }; responses: { 200: { content: { "application/json": Schemas["TaskResponse"] } }; default: Refused } };
  };
  "/tags": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; owner_id?: string | "all"; organization_id?: string | "none" | "all"; count?: boolean; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string } }; responses: { 200: { content: { "application/json": Array<Schemas["TagResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateTag"] } }; responses: { 201: { content: { "application/json": Schemas["TagResponse"] } }; default: Refused } };
  };
  "/tags/{tag_id}": {
    get: { parameters: { path: { tag_id: string } }; responses: { 200: { content: { "application/json": Schemas["TagResponse"] } }; default: Refused } };
    patch: { parameters: { path: { tag_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateTag"] } }; responses: { 200: { content: { "application/json": Schemas["TagResponse"] } }; default: Refused } };
    delete: { parameters: { path: { tag_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/tags/{tag_id}/restore": {
    post: { parameters: { path: { tag_id: string } }; responses: { 200: { content: { "application/json": Schemas["TagResponse"] } }; default: Refused } };
  };
  "/time-entries/export": {
    get: { parameters: { query?: { owner_id?: string | "all"; organization_id?: string | "none" | "all"; team_id?: string; from?: string; to?: string; project_id?: string; task_id?: string; tag_id?: string; kind?: "work" | "focus" | "break"; running?: boolean; billable?: boolean; q?: string; sort?: "started_at" | "-started_at" } }; responses: { 200: { content: { "text/csv": string; "application/x-ndjson": string; "text/calendar": string } }; default: Refused } };
  };
  "/time-entries": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; owner_id?: string | "all"; organization_id?: string | "none" | "all"; team_id?: string; from?: string; to?: string; project_id?: string; task_id?: string; tag_id?: string; kind?: "work" | "focus" | "break"; running?: boolean; billable?: boolean; q?: string; count?: boolean; deleted?: boolean; sort?: "started_at" | "-started_at" } }; responses: { 200: { content: { "application/json": Array<Schemas["TimeEntryResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateTimeEntry"] } }; responses: { 201: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
  };
  "/time-entries/start": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["StartTimer"] } }; responses: { 201: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
  };
  "/time-entries/current": {
    get: { responses: { 200: { content: { "application/json": Schemas["RunningTimer"] } }; default: Refused } };
  };
  "/time-entries/suggestions": {
    get: { parameters: { query?: { organization_id?: string | "none" | "all"; q?: string; limit?: number } }; responses: { 200: { content: { "application/json": Array<Schemas["TimeEntrySuggestion"]> } }; default: Refused } };
  };
  "/time-entries/bulk": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["BulkTimeEntries"] } }; responses: { 200: { content: { "application/json": Schemas["BulkResults"] } }; default: Refused } };
  };
  "/time-entries/{entry_id}": {
    get: { parameters: { path: { entry_id: string } }; responses: { 200: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
    patch: { parameters: { path: { entry_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateTimeEntry"] } }; responses: { 200: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
    delete: { parameters: { path: { entry_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/time-entries/{entry_id}/stop": {
    post: { parameters: { path: { entry_id: string } }; requestBody?: { content: { "application/json": Schemas["StopTimer"] } }; responses: { 200: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
  };
  "/time-entries/{entry_id}/resume": {
    post: { parameters: { path: { entry_id: string }; header?: { "Idempotency-Key"?: string } }; responses: { 201: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
  };
  "/time-entries/{entry_id}/restore": {
    post: { parameters: { path: { entry_id: string } }; responses: { 200: { content: { "application/json": Schemas["TimeEntryResponse"] } }; default: Refused } };
  };
  "/calendar-feeds": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateCalendarFeed"] } }; responses: { 201: { content: { "application/json": Schemas["CreatedCalendarFeed"] } }; default: Refused } };
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "created_at" | "-created_at" } }; responses: { 200: { content: { "application/json": Array<Schemas["CalendarFeed"]> } }; default: Refused } };
  };
  "/calendar-feeds/{feed_id}": {
    delete: { parameters: { path: { feed_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/feeds/{file}": {
    get: { parameters: { path: { file: string }; header?: { "If-None-Match"?: string } }; responses: { 200: { content: { "text/calendar": string } }; 304: { content: never }; default: Refused } };
  };
  "/imports": {
    post: { parameters: { query: { format: "toggl" | "clockify" | "harvest" | "kimai" | "timing" | "watson" | "solidtime" | "timewarrior" | "generic" | "csv"; dry_run?: boolean; timezone?: string; date_order?: "dmy" | "mdy"; columns?: string; email?: string } }; requestBody: { content: { "text/csv": string } }; responses: { 200: { content: { "application/json": Schemas["ImportResult"] } }; default: Refused } };
    get: { responses: { 200: { content: { "application/json": Array<Schemas["Import"]> } }; default: Refused } };
  };
  "/imports/{import_id}": {
    delete: { parameters: { path: { import_id: string } }; responses: { 200: { content: { "application/json": Schemas["UndoneImport"] } }; default: Refused } };
  };
  "/settings/time": {
    get: { responses: { 200: { content: { "application/json": Schemas["TimeSettings"] } }; default: Refused } };
    patch: { parameters: { header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateTimeSettings"] } }; responses: { 200: { content: { "application/json": Schemas["TimeSettings"] } }; default: Refused } };
  };
  "/goals": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; owner_id?: string | "all"; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; q?: string; archived?: boolean } }; responses: { 200: { content: { "application/json": Array<Schemas["GoalResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateGoal"] } }; responses: { 201: { content: { "application/json": Schemas["GoalResponse"] } }; default: Refused } };
  };
  "/goals/progress": {
    get: { parameters: { query?: { timezone?: string; week_start?: number; periods?: number; include?: "activity" } }; responses: { 200: { content: { "application/json": Schemas["GoalProgress"] } }; default: Refused } };
  };
  "/goals/{goal_id}": {
    get: { parameters: { path: { goal_id: string } }; responses: { 200: { content: { "application/json": Schemas["GoalResponse"] } }; default: Refused } };
    patch: { parameters: { path: { goal_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateGoal"] } }; responses: { 200: { content: { "application/json": Schemas["GoalResponse"] } }; default: Refused } };
    delete: { parameters: { path: { goal_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/goals/{goal_id}/restore": {
    post: { parameters: { path: { goal_id: string } }; responses: { 200: { content: { "application/json": Schemas["GoalResponse"] } }; default: Refused } };
  };
  "/reports/summary": {
    get: { parameters: { query?: { from?: string; to?: string; timezone?: string; include?: "activity"; owner_id?: string | "all"; organization_id?: string | "none" | "all"; team_id?: string; group?: string; week_start?: number; client_id?: string; project_id?: string; task_id?: string; tag_id?: string; kind?: "work" | "focus" | "break"; billable?: boolean; compare?: boolean } }; responses: { 200: { content: { "application/json": Schemas["SummaryReport"] } }; default: Refused } };
  };
  "/reports/timesheet": {
    get: { parameters: { query?: { from?: string; to?: string; timezone?: string; include?: "activity"; owner_id?: string | "all"; organization_id?: string | "none" | "all"; team_id?: string } }; responses: { 200: { content: { "application/json": Schemas["TimesheetReport"] } }; default: Refused } };
  };
  "/reports/heatmap": {
    get: { parameters: { query: { year: number; month?: number; timezone?: string; include?: "activity"; owner_id?: string | "all" } }; responses: { 200: { content: { "application/json": Schemas["HeatmapReport"] } }; default: Refused } };
  };
  "/reports/today": {
    get: { parameters: { query?: { timezone?: string; include?: "activity" } }; responses: { 200: { content: { "application/json": Schemas["SummaryReport"] } }; default: Refused } };
  };
  "/reports/streak": {
    get: { parameters: { query?: { timezone?: string; include?: "activity" } }; responses: { 200: { content: { "application/json": Schemas["StreakReport"] } }; default: Refused } };
  };
  "/reports/focus": {
    get: { parameters: { query?: { from?: string; to?: string; timezone?: string; include?: "activity"; owner_id?: string | "all" } }; responses: { 200: { content: { "application/json": Schemas["FocusReport"] } }; default: Refused } };
  };
  "/organizations": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; deleted?: boolean; sort?: "name" | "-name" | "created_at" | "-created_at"; all?: boolean } }; responses: { 200: { content: { "application/json": Array<Schemas["Organization"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateOrganization"] } }; responses: { 201: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
  };
  "/organizations/current": {
    get: { responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
  };
  "/organizations/slug/{slug}": {
    get: { parameters: { path: { slug: string } }; responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
  };
  "/organizations/{organization_id}": {
    get: { parameters: { path: { organization_id: string } }; responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
    put: { parameters: { path: { organization_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateOrganization"] } }; responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
    delete: { parameters: { path: { organization_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/organizations/{organization_id}/restore": {
    post: { parameters: { path: { organization_id: string } }; responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
  };
  "/organizations/{organization_id}/transfer": {
    post: { parameters: { path: { organization_id: string } }; requestBody: { content: { "application/json": Schemas["TransferOrganization"] } }; responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
  };
  "/organizations/{organization_id}/members": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "username" | "-username"; q?: string; role?: string; team_id?: string; left?: boolean }; path: { organization_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["OrganizationMember"]> } }; default: Refused } };
  };
  "/organizations/{organization_id}/members/{user_id}": {
    put: { parameters: { path: { organization_id: string; user_id: string } }; requestBody: { content: { "application/json": Schemas["UpdateMember"] } }; responses: { 200: { content: { "application/json": Schemas["OrganizationMember"] } }; default: Refused } };
    post: { parameters: { path: { organization_id: string; user_id: string }; header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["AddMember"] } }; responses: { 201: { content: { "application/json": Schemas["OrganizationMember"] } }; default: Refused } };
    delete: { parameters: { path: { organization_id: string; user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/organizations/{organization_id}/roles": {
    get: { parameters: { path: { organization_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["OrganizationRole"]> } }; default: Refused } };
    post: { parameters: { path: { organization_id: string }; header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateOrganizationRole"] } }; responses: { 201: { content: { "application/json": Schemas["OrganizationRole"] } }; default: Refused } };
  };
  "/organizations/{organization_id}/roles/{role_id}": {
    get: { parameters: { path: { organization_id: string; role_id: string } }; responses: { 200: { content: { "application/json": Schemas["OrganizationRole"] } }; default: Refused } };
    put: { parameters: { path: { organization_id: string; role_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateOrganizationRole"] } }; responses: { 200: { content: { "application/json": Schemas["OrganizationRole"] } }; default: Refused } };
    delete: { parameters: { path: { organization_id: string; role_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/organizations/{organization_id}/audit": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; actor_id?: string; target_id?: string; target_type?: string; action?: string; from?: string; to?: string }; path: { organization_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["OrganizationEvent"]> } }; default: Refused } };
  };
  "/organizations/{organization_id}/invitations": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "created_at" | "-created_at" }; path: { organization_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["Invitation"]> } }; default: Refused } };
    post: { parameters: { path: { organization_id: string }; header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateInvitation"] } }; responses: { 201: { content: { "application/json": Schemas["Invitation"] } }; default: Refused } };
  };
  "/organizations/{organization_id}/invitations/{invitation_id}/resend": {
    post: { parameters: { path: { organization_id: string; invitation_id: string } }; responses: { 200: { content: { "application/json": Schemas["Invitation"] } }; default: Refused } };
  };
  "/organizations/{organization_id}/invitations/{invitation_id}": {
    delete: { parameters: { path: { organization_id: string; invitation_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/organizations/{organization_id}/departments": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "created_at" | "-created_at" }; path: { organization_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["DepartmentResponse"]> } }; default: Refused } };
  };
  "/invitations": {
    get: { responses: { 200: { content: { "application/json": Array<Schemas["OwnInvitation"]> } }; default: Refused } };
  };
  "/invitations/accept": {
    post: { requestBody: { content: { "application/json": Schemas["InvitationToken"] } }; responses: { 200: { content: { "application/json": Schemas["OrganizationResponse"] } }; default: Refused } };
  };
  "/invitations/decline": {
    post: { requestBody: { content: { "application/json": Schemas["InvitationToken"] } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/departments": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "created_at" | "-created_at"; organization_id?: string } }; responses: { 200: { content: { "application/json": Array<Schemas["DepartmentResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateDepartment"] } }; responses: { 201: { content: { "application/json": Schemas["DepartmentResponse"] } }; default: Refused } };
  };
  "/departments/{department_id}": {
    get: { parameters: { path: { department_id: string } }; responses: { 200: { content: { "application/json": Schemas["DepartmentResponse"] } }; default: Refused } };
    put: { parameters: { path: { department_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateDepartment"] } }; responses: { 200: { content: { "application/json": Schemas["DepartmentResponse"] } }; default: Refused } };
    delete: { parameters: { query?: { cascade?: boolean }; path: { department_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/departments/{department_id}/teams": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "created_at" | "-created_at" }; path: { department_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["TeamResponse"]> } }; default: Refused } };
  };
  "/departments/{department_id}/managers/{user_id}": {
    put: { parameters: { path: { department_id: string; user_id: string } }; responses: { 200: { content: { "application/json": Schemas["DepartmentResponse"] } }; default: Refused } };
    delete: { parameters: { path: { department_id: string; user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/teams": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "created_at" | "-created_at"; organization_id?: string; department_id?: string } }; responses: { 200: { content: { "application/json": Array<Schemas["TeamResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateTeam"] } }; responses: { 201: { content: { "application/json": Schemas["TeamResponse"] } }; default: Refused } };
  };
  "/teams/{team_id}": {
    get: { parameters: { path: { team_id: string } }; responses: { 200: { content: { "application/json": Schemas["TeamResponse"] } }; default: Refused } };
    put: { parameters: { path: { team_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateTeam"] } }; responses: { 200: { content: { "application/json": Schemas["TeamResponse"] } }; default: Refused } };
    delete: { parameters: { path: { team_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/teams/{team_id}/members": {
    get: { parameters: { query?: { skip?: number; limit?: number; cursor?: string; sort?: "username" | "-username" }; path: { team_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["TeamMember"]> } }; default: Refused } };
    post: { parameters: { path: { team_id: string } }; requestBody: { content: { "application/json": Schemas["AddTeamMember"] } }; responses: { 200: { content: { "application/json": Schemas["TeamResponse"] } }; default: Refused } };
  };
  "/teams/{team_id}/members/{user_id}": {
    delete: { parameters: { path: { team_id: string; user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/teams/{team_id}/lead/{user_id}": {
    put: { parameters: { path: { team_id: string; user_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/teams/{team_id}/lead": {
    delete: { parameters: { path: { team_id: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/teams/{team_id}/leads/{user_id}": {
    put: { parameters: { path: { team_id: string; user_id: string } }; responses: { 200: { content: { "application/json": Schemas["TeamResponse"] } }; default: Refused } };
  };
  "/activity/rules": {
    get: { responses: { 200: { content: { "application/json": Array<Schemas["ActivityRuleResponse"]> } }; default: Refused } };
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateActivityRule"] } }; responses: { 201: { content: { "application/json": Schemas["ActivityRuleResponse"] } }; default: Refused } };
  };
  "/activity/rules/order": {
    put: { requestBody: { content: { "application/json": Schemas["ActivityRuleOrder"] } }; responses: { 200: { content: { "application/json": Array<Schemas["ActivityRuleResponse"]> } }; default: Refused } };
  };
  "/activity/rules/{rule_id}": {
    get: { parameters: { path: { rule_id: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityRuleResponse"] } }; default: Refused } };
    patch: { parameters: { path: { rule_id: string }; header?: { "If-Match"?: string } }; requestBody: { content: { "application/json": Schemas["UpdateActivityRule"] } }; responses: { 200: { content: { "application/json": Schemas["ActivityRuleResponse"] } }; default: Refused } };
    delete: { parameters: { path: { rule_id: string }; header?: { "If-Match"?: string } }; responses: { 204: { content: never }; default: Refused } };
  };
  "/activity/summary": {
    get: { parameters: { query?: { from?: string; to?: string; timezone?: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityReport"] } }; default: Refused } };
  };
  "/activity/rules/dry-run": {
    post: { requestBody: { content: { "application/json": Schemas["ActivityDryRun"] } }; responses: { 200: { content: { "application/json": Schemas["ActivityReport"] } }; default: Refused } };
  };
  "/activity/entries": {
    post: { parameters: { header?: { "Idempotency-Key"?: string } }; requestBody: { content: { "application/json": Schemas["CreateActivityEntries"] } }; responses: { 200: { content: { "application/json": Schemas["ActivityEntries"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/heartbeats.bulk": {
    post: { parameters: { path: { user: string } }; requestBody: { content: { "*/*": string } }; responses: { 201: { content: { "application/json": Schemas["TakenHeartbeats"] } }; 202: { content: { "application/json": Schemas["TakenHeartbeats"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/heartbeats": {
    post: { parameters: { path: { user: string } }; requestBody: { content: { "*/*": string } }; responses: { 201: { content: { "application/json": Schemas["TakenHeartbeat"] } }; 202: { content: { "application/json": Schemas["WaitingHeartbeat"] } }; default: Refused } };
    get: { parameters: { query: { date: string; timezone?: string }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["Heartbeats"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/statusbar/today": {
    get: { parameters: { query?: { project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityStatusBar"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/status_bar/today": {
    get: { parameters: { query?: { project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityStatusBar"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/summaries": {
    get: { parameters: { query?: { start?: string; end?: string; range?: string; project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivitySummaries"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/durations": {
    get: { parameters: { query: { date: string; slice_by?: "project" | "branch" | "language" | "category" | "editor" | "entity" | "machine" | "os" | "dependencies"; project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityDurations"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/stats/{range}": {
    get: { parameters: { query?: { project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string; range: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityStats"] } }; 202: { content: { "application/json": Schemas["ActivityStats"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/stats": {
    get: { parameters: { query?: { project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityStats"] } }; 202: { content: { "application/json": Schemas["ActivityStats"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/leaders": {
    get: { parameters: { query?: { language?: string; page?: number } }; responses: { 200: { content: { "application/json": Schemas["ActivityLeaders"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/all_time_since_today": {
    get: { parameters: { query?: { project?: string; branches?: string; language?: string; category?: string; editor?: string; operating_system?: string; machine?: string; writes_only?: boolean; timezone?: string; timeout?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityAllTime"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}": {
    get: { parameters: { path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityUser"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/projects": {
    get: { parameters: { query?: { q?: string; page?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityProjects"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/user_agents": {
    get: { parameters: { query?: { page?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityUserAgents"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/machine_names": {
    get: { parameters: { query?: { page?: number }; path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityMachines"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/goals": {
    get: { parameters: { path: { user: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityGoals"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/goals/{goal_id}": {
    get: { parameters: { path: { user: string; goal_id: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityGoalOfToday"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/users/{user}/file_experts": {
    post: { parameters: { path: { user: string } }; requestBody: { content: { "*/*": string } }; responses: { 200: { content: { "application/json": Schemas["NoFileExperts"] } }; default: Refused } };
  };
  "/compat/wakatime/v1/plugins/errors": {
    post: { responses: { 201: { content: { "application/json": Schemas["IgnoredReport"] } }; default: Refused } };
  };
  "/compat/aw/api/0/info": {
    get: { responses: { 200: { content: { "application/json": Schemas["ActivityWatchInfo"] } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets": {
    get: { responses: { 200: { content: { "application/json": Schemas["ActivityBuckets"] } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets/{bucket_id}": {
    post: { parameters: { path: { bucket_id: string } }; requestBody: { content: { "application/json": Schemas["NewActivityBucket"] } }; responses: { 200: { content: { "application/json": {  } } }; 304: { content: never }; default: Refused } };
    get: { parameters: { path: { bucket_id: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityBucket"] } }; default: Refused } };
    delete: { parameters: { path: { bucket_id: string } }; responses: { 200: { content: { "application/json": {  } } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets/{bucket_id}/events": {
    get: { parameters: { query?: { start?: string; end?: string; limit?: number }; path: { bucket_id: string } }; responses: { 200: { content: { "application/json": Array<Schemas["ActivityEvent"]> } }; default: Refused } };
    post: { parameters: { path: { bucket_id: string } }; requestBody: { content: { "application/json": Schemas["NewActivityEvents"] } }; responses: { 200: { content: { "application/json": Array<Schemas["ActivityEvent"]> } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets/{bucket_id}/events/count": {
    get: { parameters: { query?: { start?: string; end?: string; starttime?: string; endtime?: string }; path: { bucket_id: string } }; responses: { 200: { content: { "application/json": number } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets/{bucket_id}/events/{event_id}": {
    get: { parameters: { path: { bucket_id: string; event_id: number } }; responses: { 200: { content: { "application/json": Schemas["ActivityEvent"] } }; default: Refused } };
    delete: { parameters: { path: { bucket_id: string; event_id: number } }; responses: { 200: { content: { "application/json": {  } } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets/{bucket_id}/heartbeat": {
    post: { parameters: { query: { pulsetime: number }; path: { bucket_id: string } }; requestBody: { content: { "application/json": Schemas["ActivityHeartbeat"] } }; responses: { 200: { content: { "application/json": Schemas["ActivityEvent"] } }; default: Refused } };
  };
  "/compat/aw/api/0/query": {
    post: { requestBody: { content: { "application/json": Schemas["ActivityQuery"] } }; responses: { 200: { content: { "application/json": Schemas["ActivityQueryResults"] } }; default: Refused } };
  };
  "/compat/aw/api/0/settings": {
    get: { responses: { 200: { content: { "application/json": Record<string, unknown> } }; default: Refused } };
  };
  "/compat/aw/api/0/settings/{key}": {
    get: { parameters: { path: { key: string } }; responses: { 200: { content: { "application/json": unknown } }; default: Refused } };
    post: { parameters: { path: { key: string } }; requestBody: { content: { "*/*": string } }; responses: { 200: { content: { "application/json": {  } } }; default: Refused } };
    delete: { parameters: { path: { key: string } }; responses: { 200: { content: { "application/json": {  } } }; default: Refused } };
  };
  "/compat/aw/api/0/export": {
    get: { responses: { 200: { content: { "application/json": Schemas["ActivityExport"] } }; default: Refused } };
  };
  "/compat/aw/api/0/buckets/{bucket_id}/export": {
    get: { parameters: { path: { bucket_id: string } }; responses: { 200: { content: { "application/json": Schemas["ActivityExport"] } }; default: Refused } };
  };
  "/compat/aw/api/0/import": {
    post: { requestBody: { content: { "*/*": string } }; responses: { 200: { content: { "application/json": Schemas["ActivityImportReport"] } }; default: Refused } };
  };
}
