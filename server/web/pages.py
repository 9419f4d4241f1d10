"""Every blueprint of the application."""

from __future__ import annotations

from flask import Blueprint

from server.web import (
    check_in,
    codes,
    health,
    home,
    language,
    officers,
    papers,
    prepare,
    results,
    roster,
    roster_import,
    sign_in,
    system,
)
from server.web.console import pages as console_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    language.blueprint,
    health.blueprint,
    sign_in.blueprint,
    home.blueprint,
    prepare.blueprint,
    officers.blueprint,
    roster_import.blueprint,
    roster.blueprint,
    codes.blueprint,
    check_in.blueprint,
    results.blueprint,
    papers.blueprint,
    system.blueprint,
    console_pages.blueprint,
)
