"""The old site's settings, from the environment:

MONOLITH_STORAGE            "database" (as it always was) or "api" (changed to use the API)
MONOLITH_DATABASE_URL_FILE  database: file with libpq's connection string or URL
MONOLITH_API_URL            api: where the API is, as http://localhost:8080
SESSION_PUBLIC_KEYS         optional: folder of the API's public keys (*.pem); then people who logged in at the new
SESSION_ISSUER              site are known here too, see check_token.py
"""

import os
import secrets

from psycopg2.extensions import parse_dsn

STORAGE = os.environ["MONOLITH_STORAGE"]
API_URL = os.environ.get("MONOLITH_API_URL", "")
SESSION_PUBLIC_KEYS = os.environ.get("SESSION_PUBLIC_KEYS", "")
SESSION_ISSUER = os.environ.get("SESSION_ISSUER", "")

INSTALLED_APPS = ["thoughts"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "thoughts.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ALLOWED_HOSTS = ["*"]
SECRET_KEY = secrets.token_hex()  # nothing is signed with it
USE_TZ = True
TIME_ZONE = "UTC"

DATABASES = {}
if STORAGE == "database":
    with open(os.environ["MONOLITH_DATABASE_URL_FILE"]) as file:
        options = parse_dsn(file.read().strip())
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname"),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
    }
