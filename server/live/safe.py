"""The room's safe: the identities of what was opened here, sealed under the room's own key, for the next start."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from question_bank import canonical
from question_bank.custody import SecretKind
from question_bank.fields import Fields
from server.identity import RoomIdentity
from server.store.packages import PackageStore

MAX_KEPT_BYTES = 16 * 1024  # of an opened paper: sixteen sections' identities take under 2 KiB


class Safe:
    """What is read raises IdentityError when it was sealed by another room, or is damaged."""

    def __init__(self, identity: RoomIdentity, store: PackageStore, now_ms: Callable[[], int]) -> None:
        self._identity = identity
        self._store = store
        self._now_ms = now_ms

    def keep_paper(self, package_id: str, identity: str, sections: Mapping[str, str]) -> None:
        """Keep an opened paper's identity and each section's, so that a restart needs no package."""
        text = canonical.encode({"paper": identity, "sections": dict(sections)}).decode()
        self._keep(package_id, SecretKind.PAPER, text)

    def keep_marking(self, package_id: str, identity: str) -> None:
        """Keep an opened marking part's identity."""
        self._keep(package_id, SecretKind.MARKING, identity)

    def forget(self, package_id: str, kind: SecretKind) -> None:
        """Drop an identity whose opening was not recorded."""
        self._store.forget_identity(package_id, kind.value)

    def holds(self, package_id: str, kind: SecretKind) -> bool:
        """Whether there is one."""
        return self._store.sealed_identity(package_id, kind.value) is not None

    def sections(self, package_id: str) -> dict[str, str] | None:
        """An opened paper's identities by section; None when there is none here."""
        text = self._kept(package_id, SecretKind.PAPER)
        if text is None:
            return None
        sections = Fields(canonical.decode(text.encode(), MAX_KEPT_BYTES), "kept paper").inner("sections")
        return {section_id: sections.text(section_id) for section_id in sections.names()}

    def marking(self, package_id: str) -> str | None:
        """An opened marking part's identity; None when there is none here."""
        return self._kept(package_id, SecretKind.MARKING)

    def _keep(self, package_id: str, kind: SecretKind, text: str) -> None:
        sealed = self._identity.seal_secret(text.encode(), _context(package_id, kind))
        self._store.keep_identity(package_id, kind.value, sealed, self._now_ms())

    def _kept(self, package_id: str, kind: SecretKind) -> str | None:
        sealed = self._store.sealed_identity(package_id, kind.value)
        return None if sealed is None else self._identity.open_secret(sealed, _context(package_id, kind)).decode()


def _context(package_id: str, kind: SecretKind) -> str:
    return f"package {package_id} {kind.value}"
