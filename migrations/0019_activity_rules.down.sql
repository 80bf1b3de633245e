DROP TABLE activity_rules;
