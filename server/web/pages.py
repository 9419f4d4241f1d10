"""Every blueprint of the application."""

from __future__ import annotations

from flask import Blueprint

from server.web import home, language, sign_in

BLUEPRINTS: tuple[Blueprint, ...] = (
    language.blueprint,
    sign_in.blueprint,
    home.blueprint,
)
