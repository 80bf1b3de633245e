DROP TRIGGER demand_open_access ON one_time_tokens;
--> statement-breakpoint
DROP TRIGGER demand_open_access ON recovery_codes;
--> statement-breakpoint
DROP TRIGGER demand_open_access ON totp_factors;
--> statement-breakpoint
DROP TRIGGER demand_open_access ON passkeys;
--> statement-breakpoint
DROP TRIGGER demand_open_access ON calendar_feeds;
--> statement-breakpoint
DROP TRIGGER demand_open_access ON personal_tokens;
--> statement-breakpoint
DROP FUNCTION demand_open_access();
--> statement-breakpoint
DROP FUNCTION closed_access_of(uuid);
