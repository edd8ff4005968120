"""Flask-Security's forms with our rules for text and our error summary; their labels are in the templates."""

import re
from typing import Any

from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryCodesForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnDeleteForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
)

from peerreview.fields import OneOf
from peerreview.forms import Form, hidden

LONGEST_ANSWER = 20_000  # characters of a browser's answer about a passkey


class SignIn(Form, LoginForm):
    remember = None  # type: ignore[assignment]  # a shared computer in a school or council office remembers nobody

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = self.next.data or "/"  # else Flask-Security leads back to this page


class SignInAgain(Form, VerifyForm):
    pass


class ForgotPassword(Form, ForgotPasswordForm):
    pass


class ChoosePassword(Form, ResetPasswordForm):
    pass


class ChangePassword(Form, ChangePasswordForm):
    pass


class SecondFactor(Form, TwoFactorSetupForm):
    pass


class PhoneCode(Form, TwoFactorVerifyCodeForm):
    pass


class WithoutPhone(Form, TwoFactorRescueForm):
    """Only a recovery code helps: Flask-Security adds that choice for people who have codes."""

    help_setup = OneOf("What can you use instead?", choices=[])


class WhichFactor(Form, TwoFactorSelectForm):
    pass


class RecoveryCodes(Form, MfRecoveryCodesForm):
    pass


class RecoveryCode(Form, MfRecoveryForm):
    def validate(self, **kwargs: Any) -> bool:
        """Capitals, spaces or missing hyphens, as people and phones type them, do not matter."""
        typed = re.sub(r"[^0-9a-f]", "", (self.code.data or "").lower())
        self.code.data = "-".join(re.findall(".{1,4}", typed)) if typed else self.code.data
        return bool(super().validate(**kwargs))


class NewPasskey(Form, WebAuthnRegisterForm):
    pass


class NewPasskeyAnswer(Form, WebAuthnRegisterResponseForm):
    credential = hidden(max=LONGEST_ANSWER)


class PasskeyRemoval(Form, WebAuthnDeleteForm):
    pass


class PasskeySignIn(Form, WebAuthnSigninForm):
    pass


class PasskeySignInAnswer(Form, WebAuthnSigninResponseForm):
    credential = hidden(max=LONGEST_ANSWER)


FORMS = {
    "login_form": SignIn,
    "verify_form": SignInAgain,
    "forgot_password_form": ForgotPassword,
    "reset_password_form": ChoosePassword,
    "change_password_form": ChangePassword,
    "two_factor_setup_form": SecondFactor,
    "two_factor_verify_code_form": PhoneCode,
    "two_factor_rescue_form": WithoutPhone,
    "two_factor_select_form": WhichFactor,
    "mf_recovery_codes_form": RecoveryCodes,
    "mf_recovery_form": RecoveryCode,
    "wan_register_form": NewPasskey,
    "wan_register_response_form": NewPasskeyAnswer,
    "wan_delete_form": PasskeyRemoval,
    "wan_signin_form": PasskeySignIn,
    "wan_signin_response_form": PasskeySignInAnswer,
}
