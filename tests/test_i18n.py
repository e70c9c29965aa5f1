"""The two languages: choice, catalogue, numbers."""

from pathlib import Path

import pytest

from cnntutor import i18n, settings
from cnntutor.i18n import Text, decimal, msg, number, set_language, t


def test_numbers_follow_the_language() -> None:
    assert number(62006) == "62,006"
    assert number(62006, "vi") == "62.006"
    assert decimal(97.654, 2) == "97.65"
    assert decimal(97.654, 2, "vi") == "97,65"


def test_a_message_is_put_into_words_when_it_is_shown(tmp_path: Path) -> None:
    (tmp_path / "room.toml").write_text('"{n} runs" = "{n} lần chạy"\n', encoding="utf-8")
    i18n.use_catalogues(tmp_path)
    message = msg("{n} runs", n=1200)
    assert str(message) == "1,200 runs"
    set_language("vi")
    assert str(message) == "1.200 lần chạy"


def test_a_text_without_a_translation_stays_english(tmp_path: Path) -> None:
    i18n.use_catalogues(tmp_path)
    set_language("vi")
    assert t("no such text {n}", n=1) == "no such text 1"


def test_a_text_fills_both_languages() -> None:
    text = Text("{n} weights", "{n} trọng số").fill(n=4704)
    assert (text.en, text.vi) == ("4,704 weights", "4.704 trọng số")


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"language must be one of en, vi, received 'fr'"):
        set_language("fr")


@pytest.mark.parametrize(("locale", "expected"), [("vi_VN.UTF-8", "vi"), ("C.UTF-8", "en"), ("", "en")])
def test_the_locale_chooses_where_nothing_is_saved(
    monkeypatch: pytest.MonkeyPatch, locale: str, expected: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", locale)
    settings.apply_language()
    assert i18n.language() == expected


def test_the_saved_language_goes_before_the_locale_and_the_variable_before_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    settings.save(settings.Settings(language="vi"))
    settings.apply_language()
    assert i18n.language() == "vi"
    monkeypatch.setenv("CNNTUTOR_LANG", "en")
    settings.apply_language()
    assert i18n.language() == "en"
    settings.apply_language("vi")
    assert i18n.language() == "vi"
