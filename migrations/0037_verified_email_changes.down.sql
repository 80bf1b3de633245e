DROP TRIGGER cancel_unstoppable_email_changes ON users;
--> statement-breakpoint
DROP FUNCTION cancel_unstoppable_email_changes();
