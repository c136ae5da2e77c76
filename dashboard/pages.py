"""Which pages there are, and who is shown which; the first one is where a person starts."""

from dataclasses import dataclass

from qa.access import Action, Viewer, may


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file in views/, its icon, and what a role must be allowed to see it (None: everybody)."""

    name: str
    icon: str
    needs: Action | None = None


PAGES = (
    Page("desk", ":material/checklist:", "review"),
    Page("board", ":material/dashboard:", "lead"),
    Page("agent", ":material/person:", "scorecard"),
    Page("calls", ":material/list:"),
    Page("call", ":material/headphones:"),
    Page("appeals", ":material/gavel:", "see_appeals"),
    Page("reports", ":material/summarize:", "lead"),
    Page("runs", ":material/nightlight:", needs="operate"),
)


def pages_of(viewer: Viewer) -> list[Page]:
    """The pages that a person sees, in the order of the menu."""
    return [page for page in PAGES if page.needs is None or may(viewer, page.needs)]
