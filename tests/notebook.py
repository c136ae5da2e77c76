"""A reporter for tests."""

from qa.logs import Item


class Notebook:
    """A reporter that keeps what it is told."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.notes: list[str] = []

    def __enter__(self) -> "Notebook":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def start(self, total: int) -> None:
        pass

    def note(self, text: str) -> None:
        self.notes.append(text)

    def item(self, item: Item) -> None:
        self.items.append(item)
