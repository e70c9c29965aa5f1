"""The check of the Vietnamese catalogues finds each kind of fault."""

from pathlib import Path

from cnntutor.classroom.checker_catalogues import check_catalogues, texts_in_code

CODE = '''\
"""A module."""

from cnntutor import i18n
from cnntutor.i18n import msg, t

greeting = t("Good day {name}", name="x")
number = msg("{n} layers", n=3)
other = i18n.t("Stop")
computed = t(greeting)
not_ours = other.t("never shown")
'''


def _package(tmp_path: Path) -> Path:
    package = tmp_path / "package"
    (package / "room").mkdir(parents=True)
    (package / "room" / "module.py").write_text(CODE, encoding="utf-8")
    (package / "i18n.py").write_text('t("made here")', encoding="utf-8")
    return package


def _found(tmp_path: Path, *catalogues: str) -> list[str]:
    folder = tmp_path / "vi"
    folder.mkdir()
    for number, text in enumerate(catalogues):
        (folder / f"room{number}.toml").write_text(text, encoding="utf-8")
    return [f"{each.file.name}: {each.what}" for each in check_catalogues(folder, _package(tmp_path))]


def test_texts_are_found_where_they_stand(tmp_path: Path) -> None:
    found = [(each.file.name, each.line, each.text) for each in texts_in_code(_package(tmp_path))]
    assert sorted(found, key=lambda each: each[1]) == [
        ("module.py", 6, "Good day {name}"),
        ("module.py", 7, "{n} layers"),
        ("module.py", 8, "Stop"),
        ("module.py", 9, None),
    ]


def test_complete_catalogues_pass(tmp_path: Path) -> None:
    first = '"Good day {name}" = "Xin chào {name}"\n"Stop" = "Dừng"\n'
    assert _found(tmp_path, first, '"{n} layers" = "{n} lớp"\n') == []


def test_faults_are_found(tmp_path: Path) -> None:
    first = '"Good day {name}" = "Xin chào {ten}"\n"Gone" = "Mất"\n"Stop" = 3\n'
    assert _found(tmp_path, first, '"Gone" = "Mất"\n', "x = ", '"Good day {name}" = "a {name}"') == [
        "room0.toml: the translation must be a text with the same names in braces; correct it.",
        "room0.toml: nothing shows this text; take it out.",
        "room0.toml: the translation must be a text with the same names in braces; correct it.",
        "room1.toml: room0.toml has this text too; take it out of one.",
        "room2.toml: this is no TOML; look here for a missing quote, bracket or =, or a key given twice.",
        "room3.toml: room0.toml has this text too; take it out of one.",
        "vi: package/room/module.py:7 shows a text without translation, '{n} layers'; add it to a catalogue.",
    ]


def test_space_around_a_text_is_kept_and_braces_must_close(tmp_path: Path) -> None:
    catalogue = '"Good day {name}" = " Xin chào {name}"\n"Stop" = "Dừng {"\n"{n} layers" = "{n} lớp"\n'
    assert len(_found(tmp_path, catalogue)) == 2
