"""Tests: unit (mirrors loader/), contract (per port), integration, golden, browser, house."""
