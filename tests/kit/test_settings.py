"""Settings and the registry of plug-ins."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from sanpin.base import Domain, EngineError, InputError
from sanpin.kit import registry
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import LOCAL_ACTOR, Actor, Context
from sanpin.kit.settings import all_settings, get_setting, set_setting


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("as_of", "yesterday"),
        ("as_of", "2025-02-30"),
        ("as_of", "20250208"),
        ("as_of", 5),
        ("as_of", ["newest"]),
        ("language", "fr"),
        ("theme", "pink"),
    ],
)
def test_known_settings_take_only_their_values(ctx: Context, key: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        set_setting(ctx, key, value)
    assert caught.value.code == "settings.value.invalid"
    assert all_settings(ctx) == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("as_of", "real"),
        ("as_of", "2025-03-08"),
        ("language", "zh-CN"),
        ("theme", "dark"),
        ("factory.plan.days", 14),
        ("anything", {"a": [1, None]}),
    ],
)
def test_good_values_are_kept(ctx: Context, key: str, value: Any) -> None:
    set_setting(ctx, key, value)
    assert get_setting(ctx, key, "default") == value


@pytest.mark.parametrize("key", ["", "As_of", "a..b", ".a", "a b", "名", "a-b", "1a"])
def test_keys_are_words_joined_by_dots(ctx: Context, key: str) -> None:
    with pytest.raises(InputError) as caught:
        set_setting(ctx, key, 1)
    assert caught.value.code == "settings.key.invalid"


def test_a_setting_never_set_has_the_default(ctx: Context) -> None:
    assert get_setting(ctx, "as_of") is None
    assert get_setting(ctx, "as_of", "newest") == "newest"


def test_firms_do_not_see_each_other(ctx: Context) -> None:
    other = ctx.acting_as(Actor("li", Role.ADMIN, "other"))
    set_setting(ctx, "theme", "dark")
    set_setting(other, "theme", "light")
    assert (get_setting(ctx, "theme"), get_setting(other, "theme")) == ("dark", "light")
    assert other.workspace is ctx.workspace


def test_a_context_refuses_too_small_a_role(ctx: Context) -> None:
    viewer = ctx.acting_as(Actor("wang", Role.VIEWER), "zh-CN")
    viewer.require(Role.VIEWER)
    with pytest.raises(Exception, match="wang") as caught:
        viewer.require(Role.PLANNER)
    assert caught.value.code == "auth.role.missing"  # type: ignore[attr-defined]
    assert caught.value.status == 403  # type: ignore[attr-defined]
    assert viewer.language == "zh-CN"
    assert ctx.actor == LOCAL_ACTOR
    ctx.require(Role.ADMIN)


class TestRegistry:
    """Plug-ins by entry point."""

    @pytest.fixture(autouse=True)
    def package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put a package of plug-ins on the path and forget what was found before."""
        (tmp_path / "plugged.py").write_text(
            "from sanpin.base import Domain\n"
            "from sanpin.kit.files import Field, ImportKind\n"
            "KINDS = (ImportKind('orders', 'Orders', (Field('item'),), 'x:y'),)\n"
            "LATE = Domain('late', 'Late', 'plugged', order=9)\n"
            "EARLY = Domain('early', 'Early', 'plugged', order=1, imports='plugged:KINDS')\n"
            "TWIN = Domain('late', 'Late', 'plugged')\n"
            "COPY = (ImportKind('orders', 'Orders', (), 'x:y'),)\n"
            "CLASH = Domain('clash', 'Clash', 'plugged', order=2, imports='plugged:COPY')\n"
        )
        (tmp_path / "broken.py").write_text("1 / 0 if False else undefined_name")
        monkeypatch.syspath_prepend(tmp_path)
        self._clear()
        yield
        sys.modules.pop("plugged", None)
        self._clear()

    @staticmethod
    def _clear() -> None:
        registry.domains.cache_clear()
        registry.import_kinds.cache_clear()

    def _plug(self, monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
        points = [EntryPoint(value, value, registry.GROUP) for value in values]
        monkeypatch.setattr(registry, "entry_points", lambda group: points)

    def test_domains_come_in_the_order_of_the_thread(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._plug(monkeypatch, "plugged:LATE", "plugged:EARLY")
        assert [one.name for one in registry.domains()] == ["early", "late"]
        assert isinstance(registry.domain("late"), Domain)
        assert list(registry.import_kinds()) == ["orders"]

    def test_an_unknown_domain_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._plug(monkeypatch, "plugged:LATE")
        with pytest.raises(InputError, match="late"):
            registry.domain("nothing")

    @pytest.mark.parametrize(
        "value", ["broken:DOMAIN", "not_there:DOMAIN", "plugged:NOTHING", "plugged:KINDS"]
    )
    def test_a_broken_plugin_is_named(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        self._plug(monkeypatch, "plugged:EARLY", value)
        with pytest.raises(EngineError) as caught:
            registry.domains()
        assert caught.value.code == "registry.plugin.broken"
        assert value in str(caught.value)

    def test_names_are_taken_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._plug(monkeypatch, "plugged:LATE", "plugged:TWIN")
        with pytest.raises(EngineError, match="late"):
            registry.domains()
        self._clear()
        self._plug(monkeypatch, "plugged:EARLY", "plugged:CLASH")
        with pytest.raises(EngineError, match="orders"):
            registry.import_kinds()

    def test_load_finds_names_inside_names(self) -> None:
        assert registry.load("pathlib:Path.name") is Path.name
        assert registry.load("json").__name__ == "json"
