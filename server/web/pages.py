"""Every blueprint of the application."""

from __future__ import annotations

from flask import Blueprint

from server.web import (
    check_in,
    closing,
    codes,
    duty,
    duty_papers,
    hall_display,
    health,
    home,
    language,
    late,
    officers,
    papers,
    prepare,
    results,
    roster,
    roster_import,
    runs,
    servers,
    sign_in,
    system,
    time_papers,
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
    late.blueprint,
    results.blueprint,
    runs.blueprint,
    closing.blueprint,
    papers.blueprint,
    duty.blueprint,
    duty_papers.blueprint,
    hall_display.blueprint,
    servers.blueprint,
    system.blueprint,
    time_papers.blueprint,
    console_pages.blueprint,
)
