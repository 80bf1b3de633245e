DROP TABLE "preferences";
