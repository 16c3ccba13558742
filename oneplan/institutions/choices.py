"""The words of this room: spheres, kinds of institution, capacities, powers, audit events."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sphere(TextChoices):
    """The three spheres of government (Constitution, section 40). A body outside the state has none: ""."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    LOCAL = "local", _("Local")


class InstitutionKind(TextChoices):
    """What an institution is; `parameters/posts.yaml` says which posts each kind has."""

    NATIONAL_DEPARTMENT = "national_department", _("National department")
    PROVINCIAL_DEPARTMENT = "provincial_department", _("Provincial department")
    METROPOLITAN_MUNICIPALITY = "metropolitan_municipality", _("Metropolitan municipality")
    DISTRICT_MUNICIPALITY = "district_municipality", _("District municipality")
    LOCAL_MUNICIPALITY = "local_municipality", _("Local municipality")
    STATE_OWNED_ENTITY = "state_owned_entity", _("State-owned entity")
    PUBLIC_ENTITY = "public_entity", _("Other public entity")
    WATER_BOARD = "water_board", _("Water board")
    TRADITIONAL_LEADERSHIP = "traditional_leadership", _("House of traditional leaders")
    ORGANISED_LOCAL_GOVERNMENT = "organised_local_government", _("Organised local government")
    HIGHER_EDUCATION = "higher_education", _("University or college")
    BUSINESS = "business", _("Business")
    ORGANISED_BUSINESS = "organised_business", _("Organised business")
    ORGANISED_LABOUR = "organised_labour", _("Organised labour")
    CIVIL_SOCIETY = "civil_society", _("Civil society organisation")
    DEVELOPMENT_PARTNER = "development_partner", _("Development partner")


MUNICIPAL_KINDS = frozenset(
    {
        InstitutionKind.METROPOLITAN_MUNICIPALITY,
        InstitutionKind.DISTRICT_MUNICIPALITY,
        InstitutionKind.LOCAL_MUNICIPALITY,
    }
)


class Capacity(TextChoices):
    """In what capacity a person sits in a post. One holder and one acting person at a time; deputies may be several."""

    HOLDER = "holder", _("Holder")
    DEPUTY = "deputy", _("Deputy")
    ACTING = "acting", _("Acting")


class Power(TextChoices):
    """What one post may hand to another in writing."""

    SIGN = "sign", _("accept pledges and sign for the institution")
    CONTRIBUTE = "contribute", _("contribute for the institution")


class ChampionLevel(TextChoices):
    """Whose champion: the President's, the Premier's, or the mayor, who is one by office (Regulations 5 to 8)."""

    NATIONAL = "national", _("National champion")
    PROVINCIAL = "provincial", _("Provincial champion")
    LOCAL = "local", _("Local champion")


class Event(TextChoices):
    """What the audit remembers of this room."""

    INSTITUTION_REGISTERED = "institution.registered", _("An institution was registered")
    INSTITUTION_RENAMED = "institution.renamed", _("An institution was renamed")
    INSTITUTION_UPDATED = "institution.updated", _("An institution's register entry was changed")
    INSTITUTIONS_MERGED = "institution.merged", _("An institution was merged into another")
    MERGER_UNDONE = "institution.merger_undone", _("A merger of institutions was undone")
    ALIAS_ADDED = "institution.alias_added", _("Another name of an institution was recorded")
    REGISTER_PUBLISHED = "register.published", _("The register of institutions was published")
    POST_REGISTERED = "post.registered", _("A post was registered")
    POST_FILLED = "post.filled", _("A post was filled")
    POST_TAKEN_UP = "post.taken_up", _("Who fills a post opened their account")
    POST_VACATED = "post.vacated", _("A post was vacated")
    POWERS_DELEGATED = "powers.delegated", _("Powers were delegated in writing")
    DELEGATION_ENDED = "delegation.ended", _("A delegation was ended")
    CHAMPION_NAMED = "champion.named", _("A champion of a space was named")
    CHAMPION_RETIRED = "champion.retired", _("A champion of a space stood down")
