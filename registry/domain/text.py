"""Cleaning and comparing of what people type, paste or import.

Three degrees, from gentle to rough: ``clean_line`` and ``clean_text`` keep what is shown to people as it
was typed; ``fold`` is for matching and is never shown; ``compact`` is for identifiers, where no blank has a
meaning.
"""

from __future__ import annotations

import re
import unicodedata

# Control, format (zero-width, bidirectional, byte order mark, soft hyphen) and surrogate code points. None
# of them has a place in a name, all of them have been used to make two names look alike, and a lone
# surrogate cannot be stored as UTF-8 at all. Private use (Co) stays: older encodings keep rare characters
# of names there.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# Of other categories, but printed as nothing: combining grapheme joiner, Hangul fillers, Khmer inherent
# vowels, Mongolian variation selectors, braille blank, and two noncharacters that XML (and so the metadata of
# a PDF) forbids. A name made of them only would pass for a name.
_INVISIBLE_OTHERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffe\uffff",
)

# Hyphens and dashes that keyboards, word processors and full-width input put in the place of a hyphen.
_DASHES = re.compile("[\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d-]+")


def _is_invisible(char: str) -> bool:
    return char in _INVISIBLE_OTHERS or unicodedata.category(char) in _INVISIBLE_CATEGORIES


def _visible(text: str) -> str:
    """Drop what cannot be seen; a blank, tab or line break of any kind becomes one ordinary blank."""
    blanks = re.sub(r"\s", " ", text)
    if blanks.isprintable() and _INVISIBLE_OTHERS.isdisjoint(blanks):
        return blanks  # As nearly every text is; looking at each character takes ten times as long.
    return "".join(char for char in blanks if not _is_invisible(char))


def clean_line(text: str) -> str:
    """Return a single line for storing and showing, possibly empty.

    The form is NFC and not NFKC: names of firms mix half- and full-width brackets, and stay as the licence
    prints them. Characters outside the Basic Multilingual Plane are kept (GB 18030-2022).
    """
    return " ".join(unicodedata.normalize("NFC", _visible(text)).split())


def clean_text(text: str) -> str:
    r"""Return text of several lines for storing and showing, possibly empty.

    Lines end in ``\n``; blanks at their ends go, blanks inside stay as typed, because paragraphs are indented
    with them; more than one empty line in a row becomes one.
    """
    lines = [unicodedata.normalize("NFC", _visible(line)).rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """Return the form in which two texts are compared.

    Width, case, the kind and number of blanks, and invisible characters do not count.
    This is the compatibility caseless form of the Unicode Standard (section 3.13, D146), composed.
    """
    folded = unicodedata.normalize("NFD", _visible(text)).casefold()
    folded = unicodedata.normalize("NFKC", folded).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def compact(text: str) -> str:
    """Return an identifier's characters: half-width, upper case, dashes as ``-``, no blanks at all."""
    capitals = "".join(unicodedata.normalize("NFKC", _visible(text)).upper().split())
    # Without the blanks and in capitals, letters and marks may have come together that compose to one.
    return unify_dashes(unicodedata.normalize("NFKC", capitals))


def unify_dashes(text: str) -> str:
    """Replace every run of hyphens and dashes by one ``-``."""
    return _DASHES.sub("-", text)
