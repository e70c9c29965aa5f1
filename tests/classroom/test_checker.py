"""The content check: a course without fault passes, and each fault is found, named and told how to mend."""

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.classroom.checker import Report, check_content, place, sentence
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import set_language

EN, VI, TOML = (f"lessons/small/{name}" for name in ("en.md", "vi.md", "lesson.toml"))
LAYER, SIDE, SUM, CHOOSE = (f"questions/{slug}.toml" for slug in ("layer", "side", "sum", "choose"))
NETWORK, RECIPE = "networks/lenet5-32-valid.toml", "recipes/lenet5-mnist.toml"
COURSE, GLOSSARY = "course.toml", "glossary.toml"


def _lines(report: Report) -> list[str]:
    return [
        f"{place(problem)}{f':{problem.line}' if problem.line else ''}: {sentence(problem)}"
        for problem in report.problems
    ]


def _found(root: Path) -> list[str]:
    return _lines(check_content(root))


def _change(path: Path, written: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")


def test_the_course_itself_has_no_fault() -> None:
    report = check_content(locations.content_dir())
    assert _lines(report) == []
    assert report.counts["lessons"] >= 4 and report.counts["questions"] >= 16


def test_a_small_course_has_no_fault(pack: Path) -> None:
    report = check_content(pack)
    assert _lines(report) == []
    assert report.counts == {
        "units": 1,
        "lessons": 1,
        "questions": 4,
        "terms": 1,
        "networks": 2,
        "recipes": 1,
        "recordings": 0,
    }


@pytest.mark.usefixtures("few_seeds")
@pytest.mark.parametrize(
    ("file", "written", "instead", "expected"),
    [
        (COURSE, "only-unit", "Only Unit", 'course.toml:4: units[1].slug is "Only Unit"; write small'),
        (COURSE, 'lessons = ["small"]', "", "course.toml:3: key units[1].lessons is missing; add it."),
        (
            "course.toml",
            '["small"]',
            '["small", "small"]',
            "course.toml:6: lesson small stands in the course",
        ),
        (COURSE, '["small"]', '["small", "gone"]', "lessons/gone/lesson.toml: the file is missing"),
        (COURSE, '["small"]', "[]", "course.toml:6: unit only-unit has no lessons; add one or take"),
        (COURSE, '["small"]', "[]", "lessons/small: no unit of course.toml has this lesson"),
        (COURSE, "The only unit", "", "course.toml:5: units[1].title: no English text; write it."),
        (GLOSSARY, 'vi = "trọng số"', 'vi = " "', "glossary.toml:6: weight has no word; write it."),
        (GLOSSARY, "Một số được học.", "A number that is learned.", "the Vietnamese text is the Engl"),
        (GLOSSARY, "Một số", "{{params:lenet5}} số", "{{params:lenet5}} stands in one language only"),
        (
            "glossary.toml",
            "A number",
            "One of 61,706 numbers",
            "the number 61,706 is typed in; write it as a",
        ),
        (
            "glossary.toml",
            'slug = "weight"',
            'slug = "bias"',
            "lesson.toml:9: the glossary has no term weight",
        ),
        (
            "glossary.toml",
            'slug = "weight"',
            'slug = "bias"',
            "en.md:5: [[weight]]: the glossary has no term",
        ),
        (TOML, "minutes = 10", "minuts = 10", "lesson.toml:5: key minuts is unknown"),
        (
            "lessons/small/lesson.toml",
            ', vi = "Một bài học nhỏ"',
            "",
            "lesson.toml:3: key title.vi is missing",
        ),
        (
            "lessons/small/lesson.toml",
            'vi = "đếm"',
            'vi = ""',
            "objectives[1]: no Vietnamese text; write it.",
        ),
        (
            "lessons/small/lesson.toml",
            "Nó có {{params:lenet5}}",
            "Nó",
            "summary: {{params:lenet5}} stands in",
        ),
        (
            "lessons/small/lesson.toml",
            'vi = "đếm"',
            'vi = "đếm {n}"',
            "objectives[1]: {n} stands in one langu",
        ),
        (
            "lessons/small/lesson.toml",
            '"choose"]',
            '"choose", "gone"]',
            "there is no question gone; write it.",
        ),
        (
            "lessons/small/en.md",
            "::exercise layer",
            "::run gone\n\n::exercise layer",
            "there is no recipe gone; write it.",
        ),
        (
            "lessons/small/lesson.toml",
            '"layer", "side"',
            '"side", "layer"',
            "en.md: the exercises are not those",
        ),
        (
            "lessons/small/lesson.toml",
            ', "choose"]',
            "]",
            "questions/choose.toml: no lesson asks this question",
        ),
        (
            "lessons/small/lesson.toml",
            '["counting"]',
            "[]",
            "lesson.toml:7: question layer trains counting; a",
        ),
        (TOML, '"small"', '"large"', 'lesson.toml: slug is "large"; write "small"'),
        (
            "lessons/small/en.md",
            "{{params:lenet5}}",
            "{{params:none}}",
            "en.md:5: {{params:none}}: There is no",
        ),
        (
            "lessons/small/en.md",
            "{{params:lenet5}}",
            "61,706",
            "en.md:5: the number 61,706 is typed in; write",
        ),
        (
            "lessons/small/vi.md",
            "{{params:lenet5}}",
            "61.706",
            "vi.md:5: the number 61.706 is typed in; write",
        ),
        (
            "lessons/small/vi.md",
            "{{params:lenet5}}",
            "nó",
            "vi.md:5: {{params:lenet5}} stands in one language",
        ),
        (
            "lessons/small/vi.md",
            "{{params:lenet5}}",
            "{{params:lenet5}",
            "vi.md:5: {{: a reference is {{kind:",
        ),
        (
            "lessons/small/en.md",
            "lesson:small",
            "lesson:gone",
            "en.md:5: the link to lesson:gone leads nowhere",
        ),
        (
            "lessons/small/en.md",
            "lesson:small",
            "other.md",
            "en.md:5: the link to other.md leads nowhere; link",
        ),
        (
            "lessons/small/vi.md",
            "[here](lesson:small)",
            "x",
            "vi.md:5: lesson:small stands in one language onl",
        ),
        (EN, "## Heading", "Heading", "vi.md:3: here stands ##, in en.md, line 3, text;"),
        (VI, "::exercise side\n", "", "vi.md: the page has 3 exercises; a lesson has 4."),
        (VI, "::calc lenet5\n", "", "vi.md: the page has 9 parts and en.md 10; let both"),
        (
            "lessons/small/en.md",
            "::exercise side",
            "::exercise gone",
            "en.md:13: there is no question gone; wri",
        ),
        (EN, "stepper", "dance", "en.md:9: There is no figure dance; use one of stepper"),
        (EN, "size=6", "size=99", "en.md:9: Figure stepper: size must be a whole number"),
        (
            "lessons/small/en.md",
            "::figure stepper kernel=sum size=6",
            "",
            "en.md: the page has no figure; add",
        ),
        (EN, "::calc lenet5", "::calc gone", "en.md:19: There is no network"),
        (
            "lessons/small/en.md",
            "::calc lenet5",
            "::dance",
            "en.md:19: ::dance: write ::figure",
        ),
        (EN, "{{explain:", "{{", "en.md: the page shows no working; add one with {{expl"),
        (
            "lessons/small/en.md",
            "word " * 100,
            "",
            "en.md: the page has 669 words; a lesson has",
        ),
        (EN, "word ", "word " * 600, "words; a lesson has 700 to 1,200."),
        (
            "questions/layer.toml",
            'skill = "counting"',
            "",
            "questions/layer.toml: key skill is missing; add it.",
        ),
        (
            "questions/layer.toml",
            'kind = "number"',
            'kind = "nombre"',
            'layer.toml:3: kind is "nombre"; write "',
        ),
        (
            "questions/layer.toml",
            'layer = "conv"',
            'layer = "conv9"',
            "layer must be one of input, conv, r",
        ),
        (SIDE, '"lenet5"', '"lenet9"', "questions/side.toml: There is no network"),
        (
            "questions/layer.toml",
            "bộ lọc?",
            "{none} bộ lọc?",
            "prompt: {none} stands in one language only; pu",
        ),
        (LAYER, "[6, 8, 10, 12]", '["x"]', "questions/layer.toml: "),
        (LAYER, "[6, 8, 10, 12]", "[1]", "all come to 76; give [vary] more numbers to draw"),
        (
            "questions/sum.toml",
            '"5*5"',
            '"150"',
            "sum.toml: 150 is the right answer; take it out of known_wr",
        ),
        (
            "questions/sum.toml",
            "Đó là một bộ lọc.",
            "",
            "known_wrong[1].feedback: no Vietnamese text; write it",
        ),
        (SUM, '"5*5*6"', '"5*5*x"', "questions/sum.toml: "),
        (
            "questions/sum.toml",
            "How many",
            "How many of 4,000",
            "prompt: the number 4,000 is typed in; write it",
        ),
        (
            "questions/choose.toml",
            "right = true",
            "right = false",
            "choose.toml: choices: mark exactly one with",
        ),
        (
            "questions/choose.toml",
            'why = { en = "Its window is empty.", vi = "Cửa sổ của nó rỗng." }',
            "",
            ": ",
        ),
        (SIDE, '"lenet5"', '"../course"', "side.toml:6: name a network of the course by its slug."),
        (RECIPE, '"lenet5-28"', '"x.toml"', "mnist.toml:3: name a network of the course by its slug."),
        (CHOOSE, "[[choices]]", "[[choicess]]", "key choicess is unknown; write choices"),
        (
            "networks/lenet5-32-valid.toml",
            '"lenet5-32-valid"',
            '"other"',
            'lenet5-32-valid.toml:2: name is "o',
        ),
        (
            "networks/lenet5-32-valid.toml",
            '["lenet5"]',
            '["lenet5-28-same"]',
            ".toml has the name lenet5-28-sam",
        ),
        (
            "networks/lenet5-32-valid.toml",
            "filters = 6",
            "filtres = 6",
            "has no argument filtres; use one of",
        ),
        (
            "networks/lenet5-32-valid.toml",
            "[32, 32, 1]",
            "[3, 3, 1]",
            "lenet5-32-valid.toml: layer conv1: kernel",
        ),
        (
            "networks/lenet5-32-valid.toml",
            'vi = "LeNet-5 với ảnh xám 32×32"',
            'vi = ""',
            "no Vietnamese text",
        ),
        (
            "recipes/lenet5-mnist.toml",
            "lenet5-28",
            "gone",
            "recipes/lenet5-mnist.toml:3: There is no network",
        ),
        (
            "recipes/lenet5-mnist.toml",
            "batch_size",
            "batchsize",
            "presets.quick.settings.batchsize is not kno",
        ),
    ],
)
def test_a_fault_is_found(pack: Path, file: str, written: str, instead: str, expected: str) -> None:
    _change(pack / file, written, instead)
    found = _found(pack)
    assert any(expected in line for line in found), "\n".join(["", *found])
    assert all("\n" not in line for line in found)


def test_hints_that_are_the_answer_are_found(pack: Path) -> None:
    path = pack / SUM
    bare = re.sub(r"hints = \[.*?\n\]\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    path.write_text(bare.replace('"5*5*6"', "150"), encoding="utf-8")
    said = "the numbers put in are the answer itself; write three hints."
    assert any(said in line for line in _found(pack))


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (
            lambda root: (root / "lessons/small/vi.md").unlink(),
            "lessons/small/vi.md: the file is missing; writ",
        ),
        (
            lambda root: (root / "lessons/small/lesson.toml").unlink(),
            "lesson.toml: the file is missing; write",
        ),
        (
            lambda root: (root / "glossary.toml").unlink(),
            "glossary.toml: the file is missing; write it, or tak",
        ),
        (
            lambda root: shutil.copy(root / "lessons/small/en.md", root / "lessons/small/vi.md"),
            "lessons/small/vi.md: the Vietnamese text is the English one; translate it.",
        ),
        (
            lambda root: shutil.copy(root / "questions/sum.toml", root / "questions/copy.toml"),
            'questions/copy.toml: slug is "sum"; write "copy" as the file or folder is called.',
        ),
        (
            lambda root: (root / "questions/a\n\udcff.toml").touch(),
            "'questions/a\\n\\udcff.toml': key ",
        ),
        (
            lambda root: (root / "notes.txt").write_text("x"),
            "notes.txt: a course has no such file; remove it",
        ),
        (
            lambda root: (root / "lessons/small/en.md~").write_text("x"),
            "lessons/small/en.md~: a course has no",
        ),
        (
            lambda root: (root / "questions/.x.toml").write_text("x"),
            "questions/.x.toml: a course has no such",
        ),
        (
            lambda root: (root / "questions/sum.toml").write_bytes(b"\xff\x00"),
            "sum.toml: the file is no text in",
        ),
        (
            lambda root: (root / "lessons/small/en.md").write_bytes(b"\xff"),
            "small/en.md: the file is no text in",
        ),
        (
            lambda root: (root / "networks/x.toml").write_bytes(b"\xff"),
            "networks/x.toml: ",
        ),
        (
            lambda root: (root / "questions/folder.toml").mkdir(),
            "questions/folder.toml: this is a folder; put",
        ),
    ],
)
def test_a_broken_folder_is_told(pack: Path, break_it: Callable[[Path], object], expected: str) -> None:
    break_it(pack)
    found = _found(pack)
    assert any(expected in line for line in found), "\n".join(["", *found])


def test_catalogues_of_a_folder_are_checked(pack: Path) -> None:
    shutil.copytree(locations.content_dir() / "ui", pack / "ui")
    (pack / "ui" / "vi" / "more.toml").write_text('"No such text" = "Không"\n', encoding="utf-8")
    assert "ui/vi/more.toml: nothing shows this text; take it out." in _found(pack)


def test_problems_are_told_in_vietnamese(pack: Path) -> None:
    (pack / "lessons/small/vi.md").unlink()
    set_language("vi")
    assert "lessons/small/vi.md: thiếu tệp này; hãy viết nó, hoặc bỏ tên nó khỏi khoá học." in _found(pack)


@pytest.mark.parametrize("name", ["missing", "empty", "file"])
def test_what_is_no_course_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(NotUnderstood, match="holds no course that can be read; give the folder"):
        check_content(tmp_path / name)


def _mangled(data: bytes, chance: random.Random) -> bytes:
    """Return a file's bytes with one thing done to them that an accident might do."""
    place = chance.randrange(len(data) + 1)
    length = chance.randrange(1, 40)
    match chance.randrange(7):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + data[place + length :]
        case 2:
            return data[:place] + bytes(chance.randrange(256) for _ in range(length)) + data[place:]
        case 3:
            return data[:place] + data[place : place + length] * 2 + data[place + length :]
        case 4:
            lines = data.splitlines(keepends=True)
            chance.shuffle(lines)
            return b"".join(lines)
        case 5:
            values = [b'"x"', b"[]", b"{}", b"0", b"-1", b"1e99", b"true", b"[[1]]", b"1979-05-27", b'"{x}"']
            lines = data.splitlines(keepends=True)
            if not lines:
                return b"x"
            index = chance.randrange(len(lines))
            key = lines[index].partition(b"=")[0]
            lines[index] = key + b"= " + chance.choice(values) + b"\n"
            return b"".join(lines)
        case _:
            return b""


@pytest.mark.usefixtures("few_seeds")
@pytest.mark.parametrize("seed", range(40))
def test_an_accident_never_stops_the_check(pack: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(path for path in pack.rglob("*") if path.is_file() and path.name != "course.toml")
    for path in (*chance.sample(files, 2), *([pack / "course.toml"] if seed % 4 == 0 else [])):
        path.write_bytes(_mangled(path.read_bytes(), chance))
    for line in _found(pack):
        assert line.strip() and "\n" not in line and "Traceback" not in line
