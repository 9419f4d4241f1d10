"""Why a sealed package was not taken in, in sentences for the Technical Team."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase
from question_bank.sealed_faults import TEXTS, SealFault
from server.live.staging import ImportFault, ImportRefused

IMPORTS: Mapping[ImportFault, Phrase] = {
    ImportFault.NOT_NAMED: phrase("No sitting of this room names this package. Add the sitting file first."),
    ImportFault.WRONG_SET: phrase("The package is the other set than the sitting file says."),
    ImportFault.WRONG_CONTEST: phrase("The package was sealed for another contest or another round."),
    ImportFault.SECTIONS_DO_NOT_FIT: phrase("The package's sections are not the parts of the sitting."),
    ImportFault.FOREIGN_BODY: phrase("The custodians of this package are not of two bodies that the contest has."),
    ImportFault.PINNED: phrase("The sitting is already prepared with another file of this package."),
}


def package_problem(refused: ImportRefused) -> Phrase:
    """What is wrong with the package, and what to do about it."""
    if isinstance(refused.fault, SealFault):
        what, advice = TEXTS[refused.fault]
        return phrase("%(what)s %(advice)s", what=what, advice=advice)
    return IMPORTS[refused.fault]
