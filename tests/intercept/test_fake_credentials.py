"""A test needs no credentials and no region, and whoever has some keeps them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from lambda_mock.intercept import credentials

FAKE = "lambda_mock"


NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION")


def settings() -> dict[str, str]:
    """What the environment says of credentials and region; nothing at the start of every test."""
    return {name: os.environ[name] for name in NAMES if name in os.environ}


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def test_a_client_can_be_created_without_any_setting() -> None:
    provision = credentials.provide("ap-south-1")
    client = boto3.client("lambda")
    provision.take_back()
    assert client.meta.region_name == "ap-south-1"
    assert settings() == {}


def test_credentials_of_the_environment_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    provision = credentials.provide("eu-west-1")
    during = settings()
    provision.take_back()
    real = {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real"}
    assert during == {**real, "AWS_DEFAULT_REGION": "eu-west-1"}
    assert settings() == real


def test_a_region_of_the_environment_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    provision = credentials.provide("eu-west-1")
    provision.take_back()
    assert settings() == {"AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.mark.parametrize(
    "name",
    ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
)
def test_other_sources_of_credentials_are_not_covered_up(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "somewhere")
    provision = credentials.provide("eu-west-1")
    assert "AWS_ACCESS_KEY_ID" not in os.environ
    provision.take_back()


@pytest.mark.parametrize(
    ("file", "section"), [("credentials", "{profile}"), ("config", "profile {profile}")], ids=["credentials", "config"]
)
@pytest.mark.parametrize("profile", ["work", "default"])
def test_a_profile_is_not_covered_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, section: str, profile: str
) -> None:
    header = "default" if profile == "default" else section.format(profile=profile)
    (tmp_path / file).write_text(
        f"[{header}]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\nregion = sa-east-1\n"
    )
    if profile != "default":
        monkeypatch.setenv("AWS_PROFILE", profile)
    before = settings()
    provision = credentials.provide("eu-west-1")
    during = settings()
    session = boto3.Session()
    found = session.get_credentials()
    provision.take_back()
    assert during == before
    assert found is not None
    assert (found.access_key, session.region_name) == ("AKIAPROFILE", "sa-east-1")


def test_a_profile_with_a_region_only_still_needs_a_key(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nregion = sa-east-1\n")
    provision = credentials.provide("eu-west-1")
    during = settings()
    provision.take_back()
    assert during == {"AWS_ACCESS_KEY_ID": FAKE, "AWS_SECRET_ACCESS_KEY": FAKE}


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    for text, needs_key in (("[other]\n", True), ("[default]\naws_access_key_id = AKIAPROFILE\n", False)):
        (tmp_path / "credentials").write_text(text)
        provision = credentials.provide("eu-west-1")
        assert ("AWS_ACCESS_KEY_ID" in os.environ) == needs_key
        provision.take_back()


@pytest.mark.parametrize("folder", ["~", "$WHERE"])
def test_the_path_of_a_file_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str) -> None:
    (tmp_path / "mine").write_text("[default]\naws_access_key_id = AKIAPROFILE\n")
    for name, value in {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "WHERE": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{folder}/mine")
    provision = credentials.provide("eu-west-1")
    assert "AWS_ACCESS_KEY_ID" not in os.environ
    provision.take_back()


def test_a_file_that_cannot_be_parsed_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("no section = here\n")
    provision = credentials.provide("eu-west-1")
    assert os.environ["AWS_ACCESS_KEY_ID"] == FAKE
    provision.take_back()


def test_what_was_changed_meanwhile_stays() -> None:
    provision = credentials.provide("eu-west-1")
    os.environ.update(AWS_ACCESS_KEY_ID="AKIATHEIRS", AWS_DEFAULT_REGION="us-west-2")
    provision.take_back()
    after = settings()
    del os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_DEFAULT_REGION"]
    assert after == {"AWS_ACCESS_KEY_ID": "AKIATHEIRS", "AWS_DEFAULT_REGION": "us-west-2"}


def test_the_innermost_mocks_region_counts_and_the_outer_ones_comes_back() -> None:
    outer = credentials.provide("eu-west-1")
    inner = credentials.provide("ap-south-1")
    during = os.environ["AWS_DEFAULT_REGION"]
    inner.take_back()
    assert (during, os.environ["AWS_DEFAULT_REGION"]) == ("ap-south-1", "eu-west-1")
    outer.take_back()
    assert settings() == {}


def test_an_outer_mock_can_leave_first() -> None:
    outer = credentials.provide("eu-west-1")
    inner = credentials.provide("ap-south-1")
    outer.take_back()
    assert settings() == {
        "AWS_ACCESS_KEY_ID": FAKE,
        "AWS_SECRET_ACCESS_KEY": FAKE,
        "AWS_DEFAULT_REGION": "ap-south-1",
    }
    inner.take_back()
    assert settings() == {}


def test_a_fake_key_that_another_mock_brought_back_is_taken_away_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", FAKE)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", FAKE)
    credentials.provide("eu-west-1").take_back()
    assert settings() == {}


def test_the_default_session_forgets_the_fake_key_and_is_kept() -> None:
    provision = credentials.provide("eu-west-1")
    boto3.client("lambda")
    session = boto3.DEFAULT_SESSION
    assert session is not None
    cached = session.get_credentials()
    assert cached is not None
    assert cached.access_key == FAKE
    provision.take_back()
    assert boto3.DEFAULT_SESSION is session
    assert session.get_credentials() is None


def test_the_default_session_keeps_a_key_of_its_own() -> None:
    boto3.setup_default_session(aws_access_key_id="AKIAREAL", aws_secret_access_key="real")
    provision = credentials.provide("eu-west-1")
    provision.take_back()
    cached = boto3.DEFAULT_SESSION.get_credentials()  # type: ignore[union-attr]
    assert cached is not None
    assert cached.access_key == "AKIAREAL"


def test_boto3_is_not_imported_for_it() -> None:
    script = (
        "import sys; from lambda_mock.intercept import credentials;"
        "credentials.provide('eu-west-1').take_back(); print('boto3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
