"""The pages of the tests' provider: Django's own, and what tests tell it to do. Knows addresses."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import get_application_model
from oauth2_provider.settings import oauth2_settings

from tests.support.openid import CLIENT, PASSWORD, SECRET
from tests.support.openid.keys import new_key


@csrf_exempt
def users(request: HttpRequest) -> JsonResponse:
    said = json.loads(request.body)
    user, _ = User.objects.get_or_create(username=said["name"])
    user.last_name = json.dumps(said["claims"])
    user.set_password(PASSWORD)
    user.save()
    return JsonResponse({})


@csrf_exempt
def client(request: HttpRequest) -> JsonResponse:
    said = json.loads(request.body)
    application: Any = get_application_model()
    application.objects.filter(client_id=CLIENT).delete()
    application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=application.GRANT_AUTHORIZATION_CODE,
        algorithm=application.RS256_ALGORITHM,
        redirect_uris=said["redirect"],
        post_logout_redirect_uris=said["back"],
    )
    return JsonResponse({})


@csrf_exempt
def rotate(request: HttpRequest) -> JsonResponse:
    oauth2_settings.OIDC_RSA_PRIVATE_KEY = new_key()
    return JsonResponse({})


@csrf_exempt
def key(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"key": oauth2_settings.OIDC_RSA_PRIVATE_KEY})


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("accounts/login/", LoginView.as_view()),
    path("test/users", users),
    path("test/client", client),
    path("test/rotate", rotate),
    path("test/key", key),
]
