"""What the command says to whoever starts the studio, beside the link."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

PASSPHRASE = "một mật khẩu dài để thử"


@pytest.mark.parametrize("protected", [False, True])
def test_a_studio_on_a_bank_without_a_passphrase_says_so(
    spawn: Callable[..., subprocess.Popen[str]], tmp_path: Path, protected: bool
) -> None:
    bank, words = tmp_path / "bank.vault", tmp_path / "words"
    words.write_text(PASSPHRASE, encoding="utf-8")
    Vault.create(bank, PASSPHRASE if protected else None, lambda: 1, Person("An")).close()
    command = [sys.executable, "-m", "question_bank.cli", "studio", "--bank", bank, "--no-browser"]
    more = ["--passphrase-file", words] if protected else []
    child = spawn([*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline().startswith("http://127.0.0.1:")
    child.terminate()
    out, err = child.communicate(timeout=60)
    assert ("mật khẩu" in err) is not protected, err
    assert "mật khẩu" not in out
