"""Which pages there are, and who is shown which; the first one is where a person starts."""

from dataclasses import dataclass

from qa.access import Action, Viewer, may


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file in views/, its icon, and what a role must be allowed to see it (None: everybody).

    `section` is the drop-down of the menu in which it lies; pages without one are always in sight.
    """

    name: str
    icon: str
    needs: Action | None = None
    section: str = ""


PAGES = (
    Page("desk", ":material/checklist:", "review"),
    Page("board", ":material/dashboard:", "lead"),
    Page("agent", ":material/person:", "scorecard"),
    Page("calls", ":material/list:"),
    Page("call", ":material/headphones:"),
    Page("search", ":material/search:"),
    Page("appeals", ":material/gavel:", "see_appeals"),
    Page("onsite", ":material/visibility:", "onsite", "team"),
    Page("followups", ":material/pending_actions:", "follow_up", "team"),
    Page("periods", ":material/functions:", "scorecard", "team"),
    Page("reports", ":material/summarize:", "lead", "team"),
    Page("rules", ":material/rule_settings:", "manage_rules", "rules"),
    Page("learning", ":material/school:", "manage_rules", "rules"),
    Page("scheme", ":material/balance:", None, "rules"),
    Page("sampling", ":material/casino:", "manage_rules", "manage"),
    Page("calibration", ":material/groups:", "review", "manage"),
    Page("runs", ":material/nightlight:", "operate", "manage"),
)


def pages_of(viewer: Viewer) -> list[Page]:
    """The pages that a person sees, in the order of the menu."""
    return [page for page in PAGES if page.needs is None or may(viewer, page.needs)]


def menu_of(viewer: Viewer) -> dict[str, list[Page]]:
    """The same by section, those without one first."""
    menu: dict[str, list[Page]] = {"": []}
    for page in pages_of(viewer):
        menu.setdefault(page.section, []).append(page)
    return menu
