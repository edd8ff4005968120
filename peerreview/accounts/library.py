"""Flask-Security as we use it: which features are on, at which addresses, in which words.

Keys that it needs are derived from the one secret key, each for its own purpose.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from peerreview.accounts import words
from peerreview.models import utc_now

LINK_HOLDS = timedelta(days=2)  # a link to choose a password
FRESH = timedelta(hours=1)  # after signing in, for changes to the account itself
CLOCKS_DIFFER = 60  # seconds by which a phone's clock may be wrong

ADDRESSES = {
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "VERIFY_URL": "/sign-in/again",
    "RESET_URL": "/password-reset",
    "CHANGE_URL": "/account/password",
    "TWO_FACTOR_SETUP_URL": "/account/second-factor",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/second-factor",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/without-phone",
    "TWO_FACTOR_SELECT_URL": "/sign-in/choice",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/removal",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
}
PAGES = {
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "VERIFY_TEMPLATE": "accounts/sign_in_again.html",
    "FORGOT_PASSWORD_TEMPLATE": "accounts/forgot_password.html",
    "RESET_PASSWORD_TEMPLATE": "accounts/choose_password.html",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "accounts/second_factor.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/phone_code.html",
    "TWO_FACTOR_SELECT_TEMPLATE": "accounts/which_factor.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery_code.html",
    "WAN_REGISTER_TEMPLATE": "accounts/passkeys.html",
    "WAN_SIGNIN_TEMPLATE": "accounts/passkey_sign_in.html",
}
LETTERS = {
    "EMAIL_TEMPLATE_PASSWORD_RESET": "choose_password",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "password_changed",
    "EMAIL_PLAINTEXT": False,  # our letters are written by `letters`
    "EMAIL_HTML": False,
}


def settings(app_config: dict[str, Any]) -> dict[str, Any]:
    """Everything that Flask-Security is told."""
    secret, address = app_config["SECRET_KEY"], app_config["BASE_URL"]
    own = {
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": {"argon2"},  # argon2 salts by itself: passwords outlive a new secret key
        "PASSWORD_SALT": _key(secret, "password").decode(),
        "PASSWORD_LENGTH_MIN": 12,
        "PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",  # long is not enough: "password12345" is guessed at once
        "ZXCVBN_MINIMUM_SCORE": 3,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "allow_smtputf8": False},
        "RETURN_GENERIC_RESPONSES": True,  # nobody learns who has an account
        "REGISTERABLE": False,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "RESET_PASSWORD_WITHIN": LINK_HOLDS,
        "FRESHNESS": FRESH,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "API_ENABLED_METHODS": ["session"],
        "DATETIME_FACTORY": utc_now,
        "JOIN_USER_ROLES": False,  # our roles are appointments
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": False,
        "CLI_ROLES_NAME": False,
        "POST_RESET_VIEW": "security.login",
        "POST_CHANGE_VIEW": "accounts.me",
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": CLOCKS_DIFFER,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "accounts.me",
        "TOTP_SECRETS": {"1": _key(secret, "second factor").decode()},
        "TOTP_ISSUER": f"Peer Review {urlsplit(address).hostname}",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_key(secret, "recovery codes")],
        "WEBAUTHN": _has_a_name(address),
        "WAN_RP_NAME": "Peer Review",
        "WAN_ALLOW_AS_FIRST_FACTOR": False,
        "WAN_ALLOW_AS_VERIFY": [],
        "WAN_POST_REGISTER_VIEW": "accounts.me",
    }
    said = {f"MSG_{name}": message for name, message in words.MESSAGES.items()}
    return {f"SECURITY_{name}": value for name, value in {**own, **ADDRESSES, **PAGES, **LETTERS, **said}.items()}


def _key(secret: str, purpose: str) -> bytes:
    return urlsafe_b64encode(hmac.digest(secret.encode(), f"accounts: {purpose}".encode(), "sha256"))


def _has_a_name(address: str) -> bool:
    """Browsers keep passkeys for names of hosts only, not for their numbers (WebAuthn, 5.1.3)."""
    try:
        ip_address(urlsplit(address).hostname or "")
    except ValueError:
        return True
    return False
