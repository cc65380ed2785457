from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    name = "mobilegpt.accounts"
    label = "accounts"

    def ready(self) -> None:
        from mobilegpt.accounts import browser

        user_logged_in.connect(browser.begin_login)
        user_logged_out.connect(browser.end_login)
