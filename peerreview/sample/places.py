"""The boroughs of the sample and its statutory organisations (section 11). The schools are in organisations.csv."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleBorough:
    """`gias_code` is the local authority code in a GIAS extract."""

    code: str
    name: str
    gias_code: str
    executive_group: str


BOROUGHS = (
    SampleBorough("COL", "City of London", "201", "City of London Executive Group"),
    SampleBorough("HAC", "Hackney", "204", "Hackney Executive Group"),
)


@dataclass(frozen=True, slots=True)
class SampleAgency:
    """An organisation that GIAS does not list. `lead` is its section 11 lead, who answers letters."""

    code: str
    borough: str
    name: str
    kind: str
    domain: str
    street: str
    postcode: str
    telephone: str
    lead: str
    lead_role: str = "Section 11 lead"
    closed: bool = False

    @property
    def lead_email(self) -> str:
        """The lead's own invented address."""
        return self.lead.lower().replace(" ", ".").replace("'", "") + f"@{self.domain}"


AGENCIES = (
    SampleAgency(
        "HAC-S11-01",
        "HAC",
        "Lea Marsh Homes",
        "Housing provider",
        "leamarsh-homes.example",
        "4 Towpath House, Lea Bridge",
        "E5 0XA",
        "020 7946 0401",
        "Angela Mountjoy",
    ),
    SampleAgency(
        "HAC-S11-02",
        "HAC",
        "Lammas Green Hospitals NHS Trust",
        "Hospital trust",
        "lammasgreen-hospitals.example",
        "Lammas Green",
        "E9 0XB",
        "020 7946 0402",
        "Verity Halloran",
    ),
    SampleAgency(
        "HAC-S11-03",
        "HAC",
        "East Reach Talking Therapies",
        "Mental health service",
        "eastreach.example",
        "Counting House Yard, Kingsland",
        "E8 0XC",
        "020 7946 0403",
        "Anselm Quaye",
    ),
    SampleAgency(
        "HAC-S11-04",
        "HAC",
        "Kingfisher Youth",
        "Youth charity",
        "kingfisher-youth.example",
        "The Old Baths, Clapton Pond",
        "E5 0XD",
        "020 7946 0404",
        "Jodie Lascelles",
    ),
    SampleAgency(
        "HAC-S11-05",
        "HAC",
        "Lea Valley Youth Justice Partnership",
        "Youth justice service",
        "leavalley-yjp.example",
        "Sheriff Court",
        "E9 0XE",
        "020 7946 0405",
        "Mireille Dacosta",
    ),
    SampleAgency(
        "HAC-S11-06",
        "HAC",
        "The O'Hanlon Trust for Young Carers",
        "Charity",
        "ohanlon-trust.example",
        "17 Saddlers' Mews",
        "N16 0XF",
        "020 7946 0406",
        "Fergus O'Hanlon",
    ),
    SampleAgency(
        "HAC-S11-07",
        "HAC",
        "Hackney Marshes Swimming and Sports Leisure",
        "Leisure provider",
        "hm-leisure.example",
        "Cygnet Pools",
        "E9 0XG",
        "020 7946 0407",
        "Bryony Taverner",
    ),
    SampleAgency(
        "HAC-S11-08",
        "HAC",
        "Horizon Drug and Alcohol Recovery",
        "Substance misuse service",
        "horizon-recovery.example",
        "88 Chandler Street",
        "E8 0XH",
        "020 7946 0408",
        "Samir Choudhury",
    ),
    SampleAgency(
        "HAC-S11-09",
        "HAC",
        "Bright Beginnings",
        "Early years charity",
        "brightbeginnings-hackney.example",
        "2 Larch Walk",
        "N1 0XJ",
        "020 7946 0409",
        "Ellen Marchetti",
    ),
    SampleAgency(
        "COL-S11-01",
        "COL",
        "Bright Beginnings",
        "Early years charity",
        "brightbeginnings-city.example",
        "6 Candlewick Court",
        "EC4N 0XK",
        "020 7946 0410",
        "Olaf Winterbourne",
    ),
    SampleAgency(
        "COL-S11-02",
        "COL",
        "Ludgate Wellbeing Partnership",
        "Community health service",
        "ludgate-wellbeing.example",
        "Ludgate Steps",
        "EC4M 0XL",
        "020 7946 0411",
        "Nadia Fonseca",
    ),
    SampleAgency(
        "COL-S11-03",
        "COL",
        "Square Mile Libraries and Arts",
        "Library service",
        "squaremile-libraries.example",
        "Scrivener's Hall",
        "EC2V 0XM",
        "020 7946 0412",
        "Gareth Pemberton",
    ),
    SampleAgency(
        "COL-S11-04",
        "COL",
        "Thames Steps Probation Partnership",
        "Probation service",
        "thamessteps.example",
        "Queen's Stairs",
        "EC4R 0XN",
        "020 7946 0413",
        "Rhona Abernethy",
        closed=True,
    ),
)
