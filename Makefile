# Runs the commands of package.json under the names that the replaced service used.

.DEFAULT_GOAL := help
.PHONY: help setup run dev test test-cov lint format migrate upgrade downgrade seed clean check

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Install the dependencies and the commit hooks
	npm ci
	npm run setup

run: ## Start the system
	npm start

dev: ## Start the system and reload it on edit
	npm run dev

test: ## Run the tests for every change
	npm test

test-cov: ## Run the tests with coverage
	npm run test:cov

lint: ## Check format, style and types
	npm run lint
	npm run typecheck

format: ## Format the code and fix lint errors where possible
	npm run format

migrate: ## Write a migration: make migrate name=what_changes
	npm run migrate -- $(name)

upgrade: ## Apply pending migrations
	npm run upgrade

downgrade: ## Roll back the last migration
	npm run downgrade

seed: ## Add missing default roles and permissions
	npm run seed

clean: ## Remove build output
	npm run clean

check: ## Run every check that a change must pass
	npm run check
