"""What the pages of an account say: Flask-Security's messages in our words, and the names of the roles."""

from peerreview.workflow import Role

ROLES = {
    Role.COORDINATOR: "Coordinator",
    Role.REVIEWER: "Reviewer",
    Role.EXECUTIVE: "Executive Group member",
    Role.ADMINISTRATOR: "Administrator",
}
NOTICED = "done"
WARNED = "warning"
MESSAGES = {
    "GENERIC_AUTHN_FAILED": ("The email address or the password is wrong", WARNED),
    "EMAIL_NOT_PROVIDED": ("Enter your email address", WARNED),
    "INVALID_EMAIL_ADDRESS": ("Enter an email address in the correct format, like name@board.org.uk", WARNED),
    "PASSWORD_NOT_PROVIDED": ("Enter a password", WARNED),
    "INVALID_PASSWORD": ("The password is wrong", WARNED),
    "PASSWORD_INVALID_LENGTH": ("The password must have %(length)s characters or more", WARNED),
    "PASSWORD_TOO_SIMPLE": ("That password is easy to guess. Three or four unrelated words are a good one", WARNED),
    "PASSWORD_IS_THE_SAME": ("Choose a password that is not the one you have", WARNED),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords are not the same", WARNED),
    "PASSWORD_CHANGE": ("Your password has been changed. You have been signed out everywhere else.", NOTICED),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s has an account, a letter with a link is on its way. It can take a few minutes.",
        NOTICED,
    ),
    "PASSWORD_RESET_EXPIRED": ("That link has expired: it worked for %(within)s. Ask for a new one.", WARNED),
    "INVALID_RESET_PASSWORD_TOKEN": ("That link has been used, or is not whole. Ask for a new one.", WARNED),
    "PASSWORD_RESET_NO_LOGIN": ("Your password has been saved. Sign in with it.", NOTICED),
    "LOGIN": ("Sign in to open that page.", "info"),
    "UNAUTHENTICATED": ("Sign in to open that page.", "info"),
    "REAUTHENTICATION_REQUIRED": ("Enter your password again to go on.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. You can go on.", NOTICED),
    "ANONYMOUS_USER_REQUIRED": ("You are signed in already.", "info"),
    "TWO_FACTOR_INVALID_TOKEN": ("That code is not right, or has been used. Wait for the next one", WARNED),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", NOTICED),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("From now on the codes of your new phone work.", NOTICED),
    "TWO_FACTOR_PERMISSION_DENIED": ("Please start signing in again.", WARNED),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": ("That is not a way to sign in here", WARNED),
    "TWO_FACTOR_SETUP_EXPIRED": ("That took more than %(within)s. Please start again.", WARNED),
    "INVALID_RECOVERY_CODE": ("That is not one of your recovery codes, or it has been used", WARNED),
    "WEBAUTHN_NAME_REQUIRED": ("Enter a name for the passkey", WARNED),
    "WEBAUTHN_NAME_INUSE": ("You have a passkey called %(name)s already", WARNED),
    "WEBAUTHN_NAME_NOT_FOUND": ("You have no passkey called %(name)s", WARNED),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": ("Use only letters, numbers, spaces and hyphens in the name", WARNED),
    "WEBAUTHN_REGISTER_SUCCESSFUL": ("The passkey %(name)s has been added.", NOTICED),
    "WEBAUTHN_CREDENTIAL_DELETED": ("The passkey %(name)s has been removed.", NOTICED),
    "WEBAUTHN_EXPIRED": ("That took more than %(within)s. Please start again.", WARNED),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": ("That passkey is not known here.", WARNED),
    "WEBAUTHN_NO_VERIFY": ("The passkey could not be checked. Please try again.", WARNED),
}
