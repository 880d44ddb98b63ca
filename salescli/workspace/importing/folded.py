"""Words of a mapping, upper and lower case aside: as all names are compared, for those of a file.

Systems write one word in several ways: `Closed Won`, `Closed won`, `CLOSEDATE`. Pure.
"""

from collections.abc import Iterable, Mapping

from salescli.model.ids import fold_name


class Folded:
    """What words mean: exactly as they stand, else by case alone where that is one thing."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._exact = meanings
        self._folded = fold_words(meanings.items())

    def get(self, word: str) -> str | None:
        """What a word means; None for one that isn't there."""
        exact = self._exact.get(word)
        return self._folded.get(fold_name(word)) if exact is None else exact

    def of(self, word: str) -> str:
        """What a word means, or the word itself."""
        meaning = self.get(word)
        return word if meaning is None else meaning

    def __bool__(self) -> bool:
        return bool(self._exact)


def fold_words(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Folded word → its meaning, without those that would mean two things."""
    found: dict[str, set[str]] = {}
    for word, meaning in pairs:
        found.setdefault(fold_name(word), set()).add(meaning)
    return {word: meanings.pop() for word, meanings in found.items() if len(meanings) == 1}
