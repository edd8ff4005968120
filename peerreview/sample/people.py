"""The invented people of the sample year. Every name is made up; every address is on a .example domain (RFC 2606)."""

from dataclasses import dataclass

BOARD_DOMAIN = "safeguarding-board.example"


@dataclass(frozen=True, slots=True)
class SampleLink:
    """Why a reviewer knows an organisation: `how` is a kind of tie; `ended`, days ago, when it is over."""

    organisation: str
    how: str
    ended: int = 0


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One person with an account. `roles` and `boroughs` use the codes of the app (COL, HAC)."""

    name: str
    email: str
    roles: tuple[str, ...]
    boroughs: tuple[str, ...]
    what_they_do: str
    phone: str = ""
    lay: bool = False
    employer: str = ""
    links: tuple[SampleLink, ...] = ()


COORDINATOR = SamplePerson(
    "Ruth Adeyemi-Clarke",
    f"ruth.adeyemi-clarke@{BOARD_DOMAIN}",
    ("coordinator",),
    ("COL", "HAC"),
    "Coordinator: runs the peer reviews of both boroughs",
    "020 7946 0300",
)

REVIEWERS = (
    SamplePerson(
        "Farida Rahman",
        "farida.rahman@lammasgreen-hospitals.example",
        ("reviewer",),
        ("HAC", "COL"),
        "Board member, named nurse for safeguarding",
        "020 7946 0311",
        employer="Lammas Green Hospitals NHS Trust",
        links=(SampleLink("HAC-S11-02", "employer"), SampleLink("HAC-S11-04", "paid_work", ended=400)),
    ),
    SamplePerson(
        "Colm Doherty",
        "colm.doherty@leamarsh-homes.example",
        ("reviewer",),
        ("HAC",),
        "Board member, head of resident safety at a housing provider",
        "020 7946 0312",
        employer="Lea Marsh Homes",
        links=(SampleLink("HAC-S11-01", "employer"),),
    ),
    SamplePerson(
        "Priscilla Nwosu",
        "priscilla.nwosu@larkspur-trust.example",
        ("reviewer",),
        ("HAC",),
        "Board member, director of safeguarding in a school trust",
        "020 7946 0313",
        employer="Larkspur Learning Trust",
        links=(SampleLink("990016", "trust"),),
    ),
    SamplePerson(
        "Siân Prosser",
        "sian.prosser@ludgate-wellbeing.example",
        ("reviewer",),
        ("COL", "HAC"),
        "Board member, manager of a City health service",
        "020 7946 0314",
        employer="Ludgate Wellbeing Partnership",
        links=(SampleLink("COL-S11-02", "employer"),),
    ),
    SamplePerson(
        "Hannah Levinson",
        "hannah.levinson@post.example",
        ("reviewer",),
        ("HAC", "COL"),
        "Lay member, retired family court adviser",
        "020 7946 0315",
        lay=True,
    ),
    SamplePerson(
        "Tomasz Zieliński",
        "tomasz.zielinski@post.example",
        ("reviewer",),
        ("HAC", "COL"),
        "Lay member, school governor",
        "020 7946 0316",
        lay=True,
        links=(SampleLink("990008", "governor"),),
    ),
)

EXECUTIVES = (
    SamplePerson(
        "Imogen Whitcombe",
        f"imogen.whitcombe@{BOARD_DOMAIN}",
        ("executive",),
        ("COL",),
        "City of London Executive Group",
        "020 7946 0321",
    ),
    SamplePerson(
        "Delroy Barrett",
        f"delroy.barrett@{BOARD_DOMAIN}",
        ("executive",),
        ("HAC",),
        "Hackney Executive Group",
        "020 7946 0322",
    ),
)

ADMINISTRATOR = SamplePerson(
    "Keith Okonkwo",
    f"keith.okonkwo@{BOARD_DOMAIN}",
    ("administrator",),
    ("COL", "HAC"),
    "Administrator: people, settings, templates",
    "020 7946 0331",
)

EVERYBODY = (COORDINATOR, *REVIEWERS, *EXECUTIVES, ADMINISTRATOR)
