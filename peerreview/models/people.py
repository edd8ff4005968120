"""People with an account, and the roles they hold for a borough or for all of them."""

from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin, verify_password
from sqlalchemy import CheckConstraint, ColumnElement, String, UniqueConstraint, and_, or_, select
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from ..extensions import db
from ..workflow import Role
from .base import Base, Choice, Instant, Key, Name, key_of, utc_now
from .organisation import Borough


class Person(Base, UserMixin):
    """Somebody with an account. Organisations have none: they act through personal links."""

    __tablename__ = "person"
    id: Mapped[Key]
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # kept in lower case
    phone: Mapped[str] = mapped_column(String(40), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant] = mapped_column(default=utc_now)

    # Flask-Security's own columns
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]  # the time step of the last code used: no code works twice (RFC 6238, 5.2)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))

    appointments: Mapped[list["Appointment"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> list["Appointment"]:  # type: ignore[override]
        """What Flask-Security calls roles: anything with a name."""
        return self.appointments

    def holds(self, role: Role, borough_id: int | None = None) -> bool:
        """Whether this person holds the role, in the borough when one is given."""
        return any(
            held.role is role and (borough_id is None or held.borough_id in (None, borough_id))
            for held in self.appointments
        )

    def verify_and_update_password(self, password: str) -> bool:
        """Whether the password is right. No transaction is open meanwhile: hashing takes long, and others write."""
        known, session = self.password or "", object_session(self)
        if session is not None:
            session.rollback()
        return bool(known and verify_password(password, known))

    @classmethod
    def holding(cls, role: Role, borough_id: int) -> ColumnElement[bool]:
        """Those who can act now in the role for the borough."""
        here = or_(Appointment.borough_id.is_(None), Appointment.borough_id == borough_id)
        return and_(cls.active, cls.appointments.any(and_(Appointment.role == role, here)))

    def boroughs_as(self, role: Role) -> set[int] | None:
        """The boroughs in which the role is held; ``None`` means every borough."""
        held = [appointment.borough_id for appointment in self.appointments if appointment.role is role]
        return None if None in held else {borough_id for borough_id in held if borough_id is not None}


def boroughs_of(person: Person, *roles: Role) -> list[Borough]:
    """The boroughs in which somebody holds one of the roles, by name."""
    held = [person.boroughs_as(role) for role in roles]
    found = select(Borough).order_by(Borough.name)
    if None not in held:
        found = found.where(Borough.id.in_({own for boroughs in held for own in boroughs or ()}))
    return list(db.session.scalars(found))


class Appointment(Base, RoleMixin):
    """A role that a person holds, in one borough or (no borough) in all of them."""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "borough_id"),
        CheckConstraint("role NOT IN ('organisation', 'system')", name="role_has_an_account"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = key_of("person.id", ondelete="CASCADE")
    role: Mapped[Role] = mapped_column(Choice(Role))
    borough_id: Mapped[int | None] = key_of("borough.id")

    person: Mapped[Person] = relationship(back_populates="appointments")
    borough: Mapped[Borough | None] = relationship(lazy="joined")

    @property
    def name(self) -> str:  # type: ignore[override]
        """The role's name, as Flask-Security asks for it."""
        return str(self.role)

    def get_permissions(self) -> set[str]:
        """None beyond the role: permission is decided by ``access`` and ``workflow``."""
        return set()


class Passkey(Base, WebAuthnMixin):
    """A passkey (WebAuthn credential) of a person; the columns are Flask-Security's."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    user_id: Mapped[int] = key_of("person.id", ondelete="CASCADE")
    credential_id: Mapped[bytes] = mapped_column(unique=True, index=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[Instant] = mapped_column(default=utc_now)
    lastuse_datetime: Mapped[Instant]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the person from a passkey."""
        return {"id": self.user_id}
