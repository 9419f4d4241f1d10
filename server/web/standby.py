"""The standby's own page, for the person who stands at that computer: what it holds, whom it hears, and the one button.

On the network a standby answers `/healthz` and its machines; everything else says where the room's pages are.
"""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from flask_wtf.csrf import CSRFProtect
from werkzeug import Response as BaseResponse

from question_bank import front
from question_bank.phrase import Phrase, phrase
from server import addresses
from server.domain.reasons import Refused
from server.domain.rights import Right, may
from server.heartbeat import wall_ms
from server.live.standby.waiting import Waiting
from server.store.async_port import AsyncPort
from server.store.officers import Officer
from server.web import headers, language, limits, passwords, times
from server.web.limits import Limiter

MAX_FORM_BYTES = 16 * 1024
MAX_REASON_CHARS = 500
_KEY = "examroom-standby"

blueprint = Blueprint("standby", __name__)


def create_standby_app(waiting: Waiting, port: AsyncPort) -> Flask:
    """The application of one standby."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=waiting.identity.session_key, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_NAME="examroom-standby", WTF_CSRF_TIME_LIMIT=None, MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=0,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[_KEY] = waiting, port, Limiter()
    language.prepare(app)
    app.jinja_env.filters["clock"] = times.clock
    app.jinja_env.globals["say"] = language.say
    app.context_processor(_frame)
    CSRFProtect(app).exempt("server.web.standby.promote")  # it comes with a password, and from the command line too
    app.before_request(_only_here)
    app.after_request(headers.protect)
    app.add_url_rule("/front/<path:name>", "front", _front)
    app.register_blueprint(language.blueprint)
    app.register_blueprint(blueprint)
    return app


def _parts() -> tuple[Waiting, AsyncPort, Limiter]:
    found: tuple[Waiting, AsyncPort, Limiter] = current_app.extensions[_KEY]
    return found


def _front(name: str) -> Response:
    return send_from_directory(front.PATH, name)


def _frame() -> dict[str, object]:
    waiting, _, _ = _parts()
    now_ms = waiting.room_ms()
    return {
        "language": language.language(), "room_name": waiting.identity.room_name, "me": None, "nav_groups": (),
        "now_ms": wall_ms() if now_ms is None else now_ms,
    }  # fmt: skip


def _only_here() -> tuple[str, int] | None:
    """The page is for this computer alone, under a name nobody else can lead here (DNS rebinding)."""
    if request.endpoint == "standby.healthz":
        return None
    host = request.host.rsplit(":", 1)[0]
    if not request.is_secure and host in ("127.0.0.1", "localhost"):
        return None
    return render_template("standby_elsewhere.html"), 403


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """`ok` while the primary is heard."""
    waiting, _, _ = _parts()
    heard = waiting.follower.primary is not None
    return jsonify(ok=heard, room_state="standby", problems=[] if heard else ["primary_not_heard"]), 200


@blueprint.get("/")
def page() -> str:
    """What it holds, and the form that promotes it."""
    return _page(None, "", "")


@blueprint.get("/news")
def news() -> Response:
    """What changes on the page."""
    waiting, _, _ = _parts()
    view = waiting.view()
    return jsonify(
        heard=waiting.follower.primary is not None, silent_s=None if view.silent_ms is None else view.silent_ms // 1000,
        records=view.records, files_missing=view.files_missing, promised=view.votes.promised, seated=view.votes.seated,
        offers=view.votes.majority,
    )  # fmt: skip


@blueprint.post("/promote")
def promote() -> BaseResponse:
    """Take the room over, by a named officer."""
    waiting, _, _ = _parts()
    user_name, reason = request.form.get("user_name", "")[:100], request.form.get("reason", "")[:MAX_REASON_CHARS]
    officer = _officer(user_name, request.form.get("password", ""))
    for_program = request.accept_mimetypes.best == "application/json"
    fault = officer if isinstance(officer, Phrase) else _promoted(waiting, reason, officer)
    if fault is not None:
        said = jsonify(fault=language.say(fault)) if for_program else _page(fault, user_name, reason)
        return make_response(said, 422)
    return jsonify(ok=True) if for_program else redirect("/", code=303)


def _promoted(waiting: Waiting, reason: str, officer: Officer) -> Phrase | None:
    return _REASON if isinstance(waiting.promote(reason, officer.officer_id), Refused) else None


_REASON = phrase("Fewer than half of the occupied seats have turned to this server: say why it is to take over.")
_WRONG = phrase("The user name or the password is wrong.")


def _officer(user_name: str, password: str) -> Officer | Phrase:
    waiting, port, limiter = _parts()
    name, at_ms = user_name.strip().casefold(), wall_ms()
    if limiter.wait_ms(limits.PASSWORD, name, at_ms):
        return phrase("Too many tries. Wait a minute.")
    limiter.count(limits.PASSWORD, name, at_ms)
    with waiting.replica.reading() as store:
        if store is None:
            return phrase("The room's data has not come from the primary yet: nobody can be recognised here.")
        found = store.officers.by_user_name(name)
    known = found if found is not None and found.active else None
    stored = None if known is None else known.password_hash
    if not port.offload(lambda: passwords.verify(stored, password)) or known is None:
        return _WRONG
    limiter.forget(limits.PASSWORD, name)
    if not may(known.role, Right.PROMOTE):
        return phrase("Your role does not have the right to do this.")
    return known


def _page(fault: Phrase | None, user_name: str, reason: str) -> str:
    waiting, _, _ = _parts()
    view = waiting.view()
    heard = waiting.follower.primary is not None
    why = waiting.follower.fault
    return render_template(
        "standby.html", view=view, here=addresses.typed(waiting.tls_port), heard=heard, why=None if heard or why is None else str(why),
        fault=None if fault is None else language.say(fault), user_name=user_name, reason=reason,
    )  # fmt: skip
