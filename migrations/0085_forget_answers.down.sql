DROP TRIGGER forget_answers ON memberships;
--> statement-breakpoint
DROP TRIGGER forget_answers ON organizations;
--> statement-breakpoint
DROP TRIGGER forget_answers ON project_members;
--> statement-breakpoint
DROP FUNCTION forget_answers();
