ALTER TABLE "goals" DROP COLUMN "client_id";
